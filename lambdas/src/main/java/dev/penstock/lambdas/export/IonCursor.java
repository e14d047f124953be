package dev.penstock.lambdas.export;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Reads the tokens of Ion text (amazon-ion.github.io/ion-docs) that DynamoDB items can hold. */
final class IonCursor {
    private static final BigDecimal LARGEST_SCALE = BigDecimal.valueOf(1_000);

    private final byte[] text;
    private final int start;
    private final int end;
    private int at;

    IonCursor(byte[] text, int start, int end) {
        this.text = text;
        this.start = start;
        this.end = end;
        this.at = start;
    }

    MalformedException error(String rule) {
        return new MalformedException(rule, at - start);
    }

    void end() {
        if (peek() != 0) {
            throw error("text after the end of the struct");
        }
    }

    /** White space and comments. */
    private void space() {
        while (at < end) {
            byte c = text[at];
            if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
                at++;
            } else if (c == '/' && at + 1 < end && text[at + 1] == '/') {
                at = end;
            } else if (c == '/' && at + 1 < end && text[at + 1] == '*') {
                comment();
            } else {
                return;
            }
        }
    }

    private void comment() {
        for (at += 2; at + 1 < end; at++) {
            if (text[at] == '*' && text[at + 1] == '/') {
                at += 2;
                return;
            }
        }
        throw error("comment without end");
    }

    /** The next character after white space, 0 at the end. */
    char peek() {
        space();
        return at < end ? (char) (text[at] & 0xFF) : 0;
    }

    boolean accept(char c) {
        if (peek() == c && at < end) {
            at++;
            return true;
        }
        return false;
    }

    /** As {@link #accept}, but white space is not skipped first. */
    boolean acceptNow(char c) {
        if (at < end && text[at] == c) {
            at++;
            return true;
        }
        return false;
    }

    void expect(char c) {
        if (!accept(c)) {
            throw error(at < end ? "'" + c + "' expected" : "line ends where '" + c + "' is expected");
        }
    }

    /** {@code $ion_1_0}, which begins each line of an export and may be missing elsewhere. */
    void versionMarker() {
        if (peek() == '$' && !symbol().equals("$ion_1_0")) {
            throw error("only Ion 1.0 is read");
        }
    }

    /** A bare or quoted symbol; {@code null.int} is one word. */
    String symbol() {
        char first = peek();
        if (first == '\'') {
            at++;
            return quoted('\'');
        }
        int from = at;
        while (at < end && isWord(text[at])) {
            at++;
        }
        if (from == at) {
            throw error(at < end ? "a value or name is expected" : "line ends where a value or name is expected");
        }
        return new String(text, from, at - from, StandardCharsets.US_ASCII);
    }

    private static boolean isWord(byte c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '_'
                || c == '$'
                || c == '.';
    }

    String fieldName() {
        return peek() == '"' || atLongString() ? string() : symbol();
    }

    /** An annotation before a value, with its two colons. */
    Optional<String> annotation() {
        char first = peek();
        if ((first != '\'' && first != '$' && !Character.isLetter(first) && first != '_') || atLongString()) {
            return Optional.empty();
        }
        int from = at;
        String name = symbol();
        if (accept(':') && acceptNow(':')) {
            return Optional.of(name);
        }
        at = from;
        return Optional.empty();
    }

    boolean atLongString() {
        return peek() == '\'' && end - at > 2 && text[at + 1] == '\'' && text[at + 2] == '\'';
    }

    /** A string, short or of long segments. */
    String string() {
        if (accept('"')) {
            return quoted('"');
        }
        StringBuilder all = new StringBuilder();
        while (atLongString()) {
            at += 3;
            int close = at;
            while (close + 2 < end && !(text[close] == '\'' && text[close + 1] == '\'' && text[close + 2] == '\'')) {
                close += text[close] == '\\' ? 2 : 1;
            }
            if (close + 2 >= end) {
                throw error("string without closing quotes");
            }
            all.append(new IonCursor(text, at, close).unescape());
            at = close + 3;
        }
        return all.toString();
    }

    private String quoted(char quote) {
        int from = at;
        while (at < end && text[at] != quote) {
            at += text[at] == '\\' ? 2 : 1;
        }
        if (at >= end) {
            throw error("string without closing quote");
        }
        String decoded = new IonCursor(text, from, at).unescape();
        at++;
        return decoded;
    }

    /** Everything from here to the end, without its escapes. */
    private String unescape() {
        StringBuilder decoded = new StringBuilder();
        int run = at;
        while (at < end) {
            if (text[at] == '\\') {
                decoded.append(utf8(run, at));
                at++;
                escape(decoded);
                run = at;
            } else {
                at++;
            }
        }
        return decoded.append(utf8(run, end)).toString();
    }

    private void escape(StringBuilder decoded) {
        char c = at < end ? (char) text[at++] : 0;
        switch (c) {
            case '0' -> decoded.append('\0');
            case 'a' -> decoded.append('\u0007');
            case 'b' -> decoded.append('\b');
            case 't' -> decoded.append('\t');
            case 'n' -> decoded.append('\n');
            case 'f' -> decoded.append('\f');
            case 'r' -> decoded.append('\r');
            case 'v' -> decoded.append('\u000b');
            case '"', '\'', '?', '\\', '/' -> decoded.append(c);
            case 'x' -> decoded.append((char) hexadecimal(2));
            case 'u' -> decoded.append((char) hexadecimal(4));
            case 'U' -> {
                int point = hexadecimal(8);
                if (!Character.isValidCodePoint(point)) {
                    throw error("\\U is beyond the last Unicode character");
                }
                decoded.appendCodePoint(point);
            }
            default -> throw error("unknown escape in a string");
        }
    }

    private int hexadecimal(int digits) {
        int code = 0;
        for (int i = 0; i < digits; i++) {
            int digit = at < end ? Character.digit(text[at++], 16) : -1;
            if (digit < 0) {
                throw error("an escape needs " + digits + " hexadecimal digits");
            }
            code = code << 4 | digit;
        }
        return code;
    }

    private String utf8(int from, int to) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text, from, to - from))
                    .toString();
        } catch (CharacterCodingException e) {
            throw error("text is not UTF-8");
        }
    }

    /** A decimal, int or float as plain digits: {@code 6d2} is 600. */
    String number() {
        int from = at;
        while (at < end && (isWord(text[at]) || text[at] == '-' || text[at] == '+')) {
            at++;
        }
        String token = new String(text, from, at - from, StandardCharsets.US_ASCII).replace("_", "");
        if (token.contains("T") || token.matches("\\d{4}-\\d.*")) {
            throw error("an Ion timestamp has no DynamoDB type: " + token);
        }
        try {
            String digits = token.replace('d', 'e').replace('D', 'e');
            BigDecimal value = new BigDecimal(digits.endsWith(".") ? digits + "0" : digits.replace(".e", ".0e"));
            if (BigDecimal.valueOf(value.scale()).abs().compareTo(LARGEST_SCALE) > 0) {
                throw error("number is out of range: " + token);
            }
            return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
        } catch (NumberFormatException e) {
            throw error("not a number: " + token);
        }
    }

    /** What is left of a blob after its two opening braces. */
    byte[] base64() {
        int from = at;
        while (at < end && text[at] != '}') {
            at++;
        }
        String base64 = new String(text, from, at - from, StandardCharsets.US_ASCII).replaceAll("\\s", "");
        if (end - at < 2 || text[at + 1] != '}') {
            throw error("blob without closing braces");
        }
        at += 2;
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw error("blob is not base64");
        }
    }
}
