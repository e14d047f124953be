package dev.penstock.lambdas.export;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A strict cursor over JSON text (RFC 8259) in a byte array. Small on purpose: a function that copies an export should
 * not carry a JSON library. Nesting beyond {@link #MAX_DEPTH} is refused.
 */
public final class Json {
    /** DynamoDB nests 32 levels, each of which is two in JSON; this leaves room for the envelope. */
    static final int MAX_DEPTH = 100;

    private final byte[] text;
    private final int start;
    private final int end;
    private int at;

    public Json(byte[] text, int start, int end) {
        this.text = text;
        this.start = start;
        this.end = end;
        this.at = start;
    }

    /** A whole document as maps (in order), lists, strings, {@link BigDecimal}s, booleans and null. */
    public static @Nullable Object parse(String document) {
        byte[] utf8 = document.getBytes(StandardCharsets.UTF_8);
        Json json = new Json(utf8, 0, utf8.length);
        Object value = json.value(0);
        json.end();
        return value;
    }

    /** A whole document that must be an object. */
    @SuppressWarnings("unchecked") // objects are read into Map<String, Object> just below
    public static Map<String, @Nullable Object> parseObject(String document) {
        if (parse(document) instanceof Map<?, ?> map) {
            return (Map<String, @Nullable Object>) map;
        }
        throw new MalformedException("a JSON object is expected", 0);
    }

    public MalformedException error(String rule) {
        return new MalformedException(rule, at - start);
    }

    /** Fails unless only white space is left. */
    public void end() {
        space();
        if (at < end) {
            throw error("text after the end of the object");
        }
    }

    public void space() {
        while (at < end && (text[at] == ' ' || text[at] == '\t' || text[at] == '\r' || text[at] == '\n')) {
            at++;
        }
    }

    /** Consumes this character, after white space, if it is the next. */
    public boolean accept(char c) {
        space();
        if (at < end && text[at] == c) {
            at++;
            return true;
        }
        return false;
    }

    public void expect(char c) {
        if (!accept(c)) {
            throw error(at < end ? "'" + c + "' expected" : "line ends where '" + c + "' is expected");
        }
    }

    /** A string, decoded. */
    public String string() {
        expect('"');
        int from = at;
        while (at < end && text[at] != '"' && text[at] != '\\' && text[at] >= 0x20) {
            at++;
        }
        if (at < end && text[at] == '"') {
            return new String(text, from, at++ - from, StandardCharsets.US_ASCII);
        }
        return unusual(from);
    }

    /** A string with escapes or characters outside ASCII. */
    private String unusual(int from) {
        StringBuilder decoded = new StringBuilder();
        int run = from;
        while (true) {
            if (at >= end) {
                throw error("string without closing quote");
            }
            byte c = text[at];
            if (c == '"' || c == '\\') {
                decoded.append(utf8(run, at));
                at++;
                if (c == '"') {
                    return decoded.toString();
                }
                decoded.append(escape());
                run = at;
            } else if (c >= 0 && c < 0x20) {
                throw error("control character in a string");
            } else {
                at++;
            }
        }
    }

    private String utf8(int from, int to) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text, from, to - from))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedException("text is not UTF-8", from - start);
        }
    }

    private char escape() {
        if (at >= end) {
            throw error("string without closing quote");
        }
        byte c = text[at++];
        return switch (c) {
            case '"', '\\', '/' -> (char) c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> throw error("unknown escape in a string");
        };
    }

    private char unicode() {
        int code = 0;
        for (int i = 0; i < 4; i++) {
            int digit = at < end ? Character.digit(text[at++], 16) : -1;
            if (digit < 0) {
                throw error("\\u needs four hexadecimal digits");
            }
            code = code << 4 | digit;
        }
        return (char) code;
    }

    public boolean bool() {
        space();
        if (word("true")) {
            return true;
        }
        if (word("false")) {
            return false;
        }
        throw error("true or false expected");
    }

    private boolean word(String word) {
        if (end - at < word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (text[at + i] != word.charAt(i)) {
                return false;
            }
        }
        at += word.length();
        return true;
    }

    /** Any value. */
    public @Nullable Object value(int depth) {
        if (depth > MAX_DEPTH) {
            throw error("nested deeper than " + MAX_DEPTH + " levels");
        }
        space();
        if (at >= end) {
            throw error("line ends where a value is expected");
        }
        return switch (text[at]) {
            case '"' -> string();
            case '{' -> object(depth);
            case '[' -> array(depth);
            case 't', 'f' -> bool();
            case 'n' -> {
                if (!word("null")) {
                    throw error("null expected");
                }
                yield null;
            }
            default -> number();
        };
    }

    private Map<String, @Nullable Object> object(int depth) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        expect('{');
        if (accept('}')) {
            return map;
        }
        do {
            String name = string();
            expect(':');
            if (map.containsKey(name)) {
                throw error("'" + name + "' is given twice");
            }
            map.put(name, value(depth + 1));
        } while (accept(','));
        expect('}');
        return map;
    }

    private List<@Nullable Object> array(int depth) {
        List<@Nullable Object> list = new ArrayList<>();
        expect('[');
        if (accept(']')) {
            return list;
        }
        do {
            list.add(value(depth + 1));
        } while (accept(','));
        expect(']');
        return list;
    }

    private BigDecimal number() {
        int from = at;
        while (at < end && "+-.eE0123456789".indexOf(text[at]) >= 0) {
            at++;
        }
        try {
            return new BigDecimal(new String(text, from, at - from, StandardCharsets.US_ASCII));
        } catch (NumberFormatException e) {
            throw new MalformedException("a value is expected", from - start);
        }
    }
}
