package dev.penstock.lambdas.etl;

import dev.penstock.lambdas.export.DynamoDbJson;
import dev.penstock.lambdas.export.IonText;
import dev.penstock.lambdas.export.LineBuilder;
import dev.penstock.lambdas.export.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One item as spans of the text it came from: names without quotes, values as <code>{"S":"..."}</code>. Reused from line
 * to line; spans are valid as long as their text is. Not threadsafe.
 */
final class Attributes {
    private static final int PREFIX = "{\"Item\":".length();
    private static final long PREFIX_WORD = Spans.word("{\"Item\":".getBytes(StandardCharsets.US_ASCII), 0, 8);

    int count;
    private boolean escapedNames;
    private byte[][] nameText = new byte[32][];
    private int[] nameStart = new int[32];
    private int[] nameEnd = new int[32];
    private long[] nameWord = new long[32];
    private byte[][] valueText = new byte[32][];
    private int[] valueStart = new int[32];
    private int[] valueEnd = new int[32];

    /**
     * Finds the attributes of the line <code>{"Item":{...}}</code> that begins at {@code from}.
     *
     * @return where the line ends (its newline, or {@code to}), or {@link Spans#UNUSUAL}
     */
    int parseLine(byte[] text, int from, int to) {
        if (to - from < PREFIX + 3 || Spans.word(text, from, 8) != PREFIX_WORD) {
            return Spans.UNUSUAL;
        }
        int end = parseMap(text, from + PREFIX, to);
        return end != Spans.UNUSUAL && end < to && text[end] == '}' ? end + 1 : Spans.UNUSUAL;
    }

    /** Finds the attributes of the map at {@code from}; returns where it ends or UNUSUAL. */
    int parseMap(byte[] text, int from, int to) {
        count = 0;
        escapedNames = false;
        if (to - from < 2 || text[from] != '{') {
            return Spans.UNUSUAL;
        }
        int at = from + 1;
        if (text[at] == '}') {
            return at + 1;
        }
        while (at < to && text[at] == '"') {
            int name = at + 1;
            int close = Spans.shortName(text, name, to);
            if (close == Spans.UNUSUAL) {
                close = Spans.quote(text, name, to);
                escapedNames |= close != Spans.UNUSUAL && Spans.hasBackslash(text, name, close);
            }
            if (close == Spans.UNUSUAL || close + 1 >= to || text[close + 1] != ':') {
                return Spans.UNUSUAL;
            }
            int value = close + 2;
            at = Spans.value(text, value, to, 0);
            if (at == Spans.UNUSUAL || at >= to) {
                return Spans.UNUSUAL;
            }
            append(text, name, close, Spans.word(text, name, close - name), text, value, at);
            if (text[at] == '}') {
                return at + 1;
            }
            if (text[at++] != ',') {
                return Spans.UNUSUAL;
            }
        }
        return Spans.UNUSUAL;
    }

    /**
     * Reads a line that is not in the compact form: judges it, and works on a compact copy.
     *
     * @throws MalformedException when it is not an item
     */
    void parseUnusual(byte[] text, int from, int to) {
        LineBuilder compact = new LineBuilder();
        DynamoDbJson.writeItem(DynamoDbJson.readItem(text, from, to), compact);
        byte[] copy = compact.toBytes();
        if (parseLine(copy, 0, copy.length) != copy.length) {
            throw new MalformedException("nested deeper than DynamoDB allows", 0);
        }
    }

    private void append(
            byte[] nameIn, int nameFrom, int nameTo, long word, byte[] valueIn, int valueFrom, int valueTo) {
        if (count == nameStart.length) {
            grow();
        }
        nameText[count] = nameIn;
        nameStart[count] = nameFrom;
        nameEnd[count] = nameTo;
        nameWord[count] = word;
        valueText[count] = valueIn;
        valueStart[count] = valueFrom;
        valueEnd[count++] = valueTo;
    }

    private void grow() {
        int size = count * 2;
        nameText = Arrays.copyOf(nameText, size);
        nameStart = Arrays.copyOf(nameStart, size);
        nameEnd = Arrays.copyOf(nameEnd, size);
        nameWord = Arrays.copyOf(nameWord, size);
        valueText = Arrays.copyOf(valueText, size);
        valueStart = Arrays.copyOf(valueStart, size);
        valueEnd = Arrays.copyOf(valueEnd, size);
    }

    /** Where this attribute is, or -1. */
    int find(Name name) {
        for (int i = 0; i < count; i++) {
            if (nameWord[i] == name.word && name.is(nameText[i], nameStart[i], nameEnd[i])) {
                return i;
            }
        }
        return escapedNames ? findEscaped(name) : -1;
    }

    /** A name may be written with escapes it does not need; only names that hold a backslash can be. */
    private int findEscaped(Name name) {
        for (int i = 0; i < count; i++) {
            if (Spans.hasBackslash(nameText[i], nameStart[i], nameEnd[i])
                    && Name.unescaped(nameText[i], nameStart[i], nameEnd[i])
                            .text
                            .equals(name.text)) {
                return i;
            }
        }
        return -1;
    }

    byte[] text(int i) {
        return valueText[i];
    }

    int start(int i) {
        return valueStart[i];
    }

    int end(int i) {
        return valueEnd[i];
    }

    Span span(int i) {
        return new Span(valueText[i], valueStart[i], valueEnd[i]);
    }

    void remove(int i) {
        int after = count - i - 1;
        System.arraycopy(nameText, i + 1, nameText, i, after);
        System.arraycopy(nameStart, i + 1, nameStart, i, after);
        System.arraycopy(nameEnd, i + 1, nameEnd, i, after);
        System.arraycopy(nameWord, i + 1, nameWord, i, after);
        System.arraycopy(valueText, i + 1, valueText, i, after);
        System.arraycopy(valueStart, i + 1, valueStart, i, after);
        System.arraycopy(valueEnd, i + 1, valueEnd, i, after);
        count--;
    }

    void rename(int i, Name name) {
        nameText[i] = name.json;
        nameStart[i] = 0;
        nameEnd[i] = name.json.length;
        nameWord[i] = name.word;
    }

    void setValue(int i, byte[] value, int from, int to) {
        valueText[i] = value;
        valueStart[i] = from;
        valueEnd[i] = to;
    }

    /** Adds the attribute, or gives it a new value. */
    void put(Name name, byte[] value, int from, int to) {
        int i = find(name);
        if (i >= 0) {
            setValue(i, value, from, to);
        } else {
            append(name.json, 0, name.json.length, name.word, value, from, to);
        }
    }

    /** Takes over all spans of another item. */
    void copyFrom(Attributes other) {
        count = 0;
        escapedNames = other.escapedNames;
        for (int i = 0; i < other.count; i++) {
            append(
                    other.nameText[i],
                    other.nameStart[i],
                    other.nameEnd[i],
                    other.nameWord[i],
                    other.valueText[i],
                    other.valueStart[i],
                    other.valueEnd[i]);
        }
    }

    /** Takes over one attribute of another item, if it has it. */
    void take(Attributes other, Name name) {
        int i = other.find(name);
        if (i >= 0) {
            append(
                    name.json,
                    0,
                    name.json.length,
                    name.word,
                    other.valueText[i],
                    other.valueStart[i],
                    other.valueEnd[i]);
        }
    }

    /** The item as a line, without newline. */
    void write(LineBuilder line) {
        line.ascii("{\"Item\":");
        writeMap(line);
        line.ascii('}');
    }

    /** The item as a line of Ion: decodes every value. */
    void writeIon(LineBuilder line) {
        LineBuilder json = new LineBuilder();
        write(json);
        IonText.writeItem(DynamoDbJson.readItem(json.array(), 0, json.length()), line);
    }

    void writeMap(LineBuilder line) {
        line.ascii('{');
        for (int i = 0; i < count; i++) {
            line.ascii(i == 0 ? "\"" : ",\"")
                    .raw(nameText[i], nameStart[i], nameEnd[i])
                    .ascii("\":")
                    .raw(valueText[i], valueStart[i], valueEnd[i]);
        }
        line.ascii('}');
    }

    /** Type and text of a key attribute, for messages; null if it is missing. */
    @Nullable
    String describe(Name name) {
        int i = find(name);
        return i < 0 ? null : name.text + "=" + new LineBuilder().raw(valueText[i], valueStart[i], valueEnd[i]);
    }
}
