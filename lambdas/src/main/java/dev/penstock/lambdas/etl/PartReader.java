package dev.penstock.lambdas.etl;

import dev.penstock.lambdas.export.DynamoDbJson;
import dev.penstock.lambdas.export.IonLine;
import dev.penstock.lambdas.export.LineBuilder;
import dev.penstock.lambdas.export.Lines;
import dev.penstock.lambdas.export.MalformedException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.ExportFormat;

/**
 * Reads one part file window by window (256 KB) and gives each line's attributes as spans of the window. A line in the
 * compact form is found and split in one pass; any other is judged by the strict reader.
 */
final class PartReader implements AutoCloseable {
    private static final int WINDOW = 256 << 10;

    /** Takes the lines of a part. */
    interface Sink {
        /** Spans are valid during the call. */
        void item(Attributes item, long line) throws IOException;

        /** {@code text[from, to)} is no item, or a rule could not be applied to it; the key if it could be read. */
        void reject(byte[] text, int from, int to, long line, @Nullable String key, MalformedException why)
                throws IOException;

        /** Key attributes, to name a rejected item by. */
        List<Name> keys();
    }

    private final Part part;
    private final InputStream in;
    private final Attributes attributes = new Attributes();
    private final LineBuilder converted = new LineBuilder();
    private byte[] window = new byte[WINDOW];
    private int filled;
    private long line;
    private boolean last;
    private long bytes;

    /** @param in uncompressed */
    PartReader(Part part, InputStream in) {
        this.part = part;
        this.in = in;
    }

    /** Lines so far. */
    long line() {
        return line;
    }

    /** Reads one window; false when the part is at its end. */
    boolean window(Sink sink) throws IOException {
        if (filled == window.length) {
            if (filled >= Lines.LONGEST) {
                throw new IOException(
                        "%s line %d is longer than %d bytes".formatted(part.key(), line + 1, Lines.LONGEST));
            }
            window = Arrays.copyOf(window, window.length * 2);
        }
        int wanted = window.length - filled;
        int read = in.readNBytes(window, filled, wanted);
        last = read < wanted;
        filled += read;
        bytes += read;
        int done = lines(sink);
        System.arraycopy(window, done, window, 0, filled - done);
        filled -= done;
        return !last;
    }

    /** Handles all whole lines of the window; returns where the unfinished one begins. */
    private int lines(Sink sink) throws IOException {
        boolean json = part.format() == ExportFormat.DYNAMODB_JSON;
        int at = 0;
        while (at < filled) {
            int end = json ? attributes.parseLine(window, at, filled) : Spans.UNUSUAL;
            if (end != Spans.UNUSUAL && end < filled && window[end] == '\n') {
                line++;
                give(sink, at, end);
            } else {
                end = Lines.newline(window, at, filled);
                if (end == filled && !last) {
                    return at;
                }
                line++;
                unusual(sink, at, end);
            }
            at = end + 1;
        }
        return filled;
    }

    private void unusual(Sink sink, int from, int to) throws IOException {
        try {
            if (part.format() == ExportFormat.ION) {
                DynamoDbJson.writeItem(IonLine.readItem(window, from, to), converted.clear());
                if (attributes.parseLine(converted.array(), 0, converted.length()) != converted.length()) {
                    throw new MalformedException("nested deeper than DynamoDB allows", 0);
                }
            } else {
                attributes.parseUnusual(window, from, to);
            }
        } catch (MalformedException e) {
            sink.reject(window, from, to, line, null, e);
            return;
        }
        give(sink, from, to);
    }

    private void give(Sink sink, int from, int to) throws IOException {
        try {
            for (Name name : sink.keys()) {
                if (attributes.find(name) < 0) {
                    throw new MalformedException("missing the key " + name.text + " in the item", 0);
                }
            }
            sink.item(attributes, line);
        } catch (MalformedException e) {
            sink.reject(window, from, to, line, key(sink.keys()), e);
        } catch (NumberFormatException e) {
            sink.reject(
                    window,
                    from,
                    to,
                    line,
                    key(sink.keys()),
                    new MalformedException("an N is not a number: " + e.getMessage(), 0));
        }
    }

    private @Nullable String key(List<Name> names) {
        List<String> found = names.stream()
                .map(attributes::describe)
                .filter(Objects::nonNull)
                .toList();
        return found.isEmpty() ? null : String.join(", ", found);
    }

    Part part() {
        return part;
    }

    /** Uncompressed bytes so far. */
    long bytes() {
        return bytes;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
