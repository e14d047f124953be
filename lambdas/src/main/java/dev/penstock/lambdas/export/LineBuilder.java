package dev.penstock.lambdas.export;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Builds one line of output as UTF-8 bytes; reused from line to line. Not threadsafe. */
public final class LineBuilder {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes = new byte[1024];
    private int length;

    public LineBuilder clear() {
        length = 0;
        return this;
    }

    /** Text that holds only ASCII characters. */
    public LineBuilder ascii(String text) {
        int n = text.length();
        ensure(n);
        for (int i = 0; i < n; i++) {
            bytes[length + i] = (byte) text.charAt(i);
        }
        length += n;
        return this;
    }

    public LineBuilder ascii(char c) {
        ensure(1);
        bytes[length++] = (byte) c;
        return this;
    }

    public LineBuilder raw(byte[] source, int from, int to) {
        ensure(to - from);
        System.arraycopy(source, from, bytes, length, to - from);
        length += to - from;
        return this;
    }

    public LineBuilder raw(byte[] source) {
        return raw(source, 0, source.length);
    }

    /** A JSON string with its quotes. Only what JSON requires is escaped; a lone surrogate stays an escape. */
    public LineBuilder json(String text) {
        return quoted(text, '"', "\\u00");
    }

    /** Text between quotes, escaped as JSON and Ion share it; {@code control} introduces two hexadecimal digits. */
    LineBuilder quoted(String text, char quote, String control) {
        ascii(quote);
        int n = text.length();
        for (int i = 0; i < n; i++) {
            char c = text.charAt(i);
            ensure(12);
            if (c == quote || c == '\\') {
                bytes[length++] = '\\';
                bytes[length++] = (byte) c;
            } else if (c < 0x20) {
                control(c, control);
            } else if (c < 0x80) {
                bytes[length++] = (byte) c;
            } else {
                i += multibyte(text, i);
            }
        }
        return ascii(quote);
    }

    private void control(char c, String control) {
        switch (c) {
            case '\n' -> ascii("\\n");
            case '\t' -> ascii("\\t");
            case '\r' -> ascii("\\r");
            default -> {
                ascii(control);
                bytes[length++] = HEX[c >> 4];
                bytes[length++] = HEX[c & 15];
            }
        }
    }

    /** Encodes the character at i and says how many further chars it took. */
    private int multibyte(String text, int i) {
        char c = text.charAt(i);
        if (c < 0x800) {
            bytes[length++] = (byte) (0xC0 | c >> 6);
            bytes[length++] = (byte) (0x80 | (c & 0x3F));
            return 0;
        }
        if (!Character.isSurrogate(c)) {
            bytes[length++] = (byte) (0xE0 | c >> 12);
            bytes[length++] = (byte) (0x80 | ((c >> 6) & 0x3F));
            bytes[length++] = (byte) (0x80 | (c & 0x3F));
            return 0;
        }
        int point = text.codePointAt(i);
        if (point == c) {
            ascii("\\u");
            for (int shift = 12; shift >= 0; shift -= 4) {
                bytes[length++] = HEX[c >> shift & 15];
            }
            return 0;
        }
        bytes[length++] = (byte) (0xF0 | point >> 18);
        bytes[length++] = (byte) (0x80 | ((point >> 12) & 0x3F));
        bytes[length++] = (byte) (0x80 | ((point >> 6) & 0x3F));
        bytes[length++] = (byte) (0x80 | (point & 0x3F));
        return 1;
    }

    public int length() {
        return length;
    }

    /** Forgets what was appended after this length. */
    public LineBuilder truncate(int to) {
        length = to;
        return this;
    }

    /** The buffer itself: valid up to {@link #length}, until the next append. */
    public byte[] array() {
        return bytes;
    }

    public byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    public void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, length);
    }

    @Override
    public String toString() {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private void ensure(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
