package dev.penstock.local.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What there is to see of a raw message (RFC 5322, 2045-2047): headers, decoded, and its first plain and HTML part.
 *
 * @param headers the first of each name, case-insensitive
 */
record Mime(Map<String, String> headers, String text, String html) {
    private static final Pattern PARAMETER =
            Pattern.compile("(?i);\\s*(charset|boundary)\\s*=\\s*(?:\"([^\"]*)\"|([^\\s;]+))");
    private static final Pattern ENCODED_WORD = Pattern.compile("=\\?([^?]+)\\?([bBqQ])\\?([^?]*)\\?=(\\s+(?==\\?))?");
    /** Deeper than any mail program nests; a bound against crafted input. */
    private static final int DEPTH = 20;

    static Mime parse(byte[] raw) {
        return parse(new String(raw, ISO_8859_1), 0);
    }

    private static Mime parse(String message, int depth) {
        String[] halves = message.split("\r?\n\r?\n", 2);
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line : halves[0].replaceAll("\r?\n[ \t]+", " ").split("\r?\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.putIfAbsent(
                        line.substring(0, colon).strip(),
                        decodeWords(line.substring(colon + 1).strip()));
            }
        }
        String body = halves.length == 1 ? "" : halves[1];
        String type = headers.getOrDefault("Content-Type", "text/plain");
        String kind = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (kind.startsWith("multipart/") && depth < DEPTH) {
            return joined(headers, parts(body, parameter(type, "boundary", "")), depth);
        }
        boolean isAttachment = headers.getOrDefault("Content-Disposition", "").startsWith("attachment");
        String content = isAttachment ? "" : decode(body, headers.getOrDefault("Content-Transfer-Encoding", ""), type);
        return switch (kind) {
            case "text/plain" -> new Mime(headers, content, "");
            case "text/html" -> new Mime(headers, "", content);
            default -> new Mime(headers, "", "");
        };
    }

    private static Mime joined(Map<String, String> headers, List<String> parts, int depth) {
        String text = "";
        String html = "";
        for (String part : parts) {
            Mime inner = parse(part, depth + 1);
            text = text.isEmpty() ? inner.text() : text;
            html = html.isEmpty() ? inner.html() : html;
        }
        return new Mime(headers, text, html);
    }

    private static List<String> parts(String body, String boundary) {
        if (boundary.isEmpty()) {
            return List.of();
        }
        String[] pieces = ("\n" + body).split("\r?\n--" + Pattern.quote(boundary) + "(?:--)?[ \t]*(?:\r?\n|$)");
        return Arrays.asList(pieces).subList(Math.min(1, pieces.length), pieces.length);
    }

    private static String decode(String body, String encoding, String type) {
        byte[] bytes = switch (encoding.strip().toLowerCase(Locale.ROOT)) {
            case "base64" -> base64(body);
            case "quoted-printable" -> quotedPrintable(body.replaceAll("=[ \t]*\r?\n", ""), false);
            default -> body.getBytes(ISO_8859_1);
        };
        return new String(bytes, charset(parameter(type, "charset", "utf-8"))).stripTrailing();
    }

    private static String decodeWords(String text) {
        Matcher word = ENCODED_WORD.matcher(text);
        String decoded = word.replaceAll(match -> {
            byte[] bytes = match.group(2).equalsIgnoreCase("b")
                    ? base64(match.group(3))
                    : quotedPrintable(match.group(3), true);
            return Matcher.quoteReplacement(new String(bytes, charset(match.group(1))));
        });
        // Raw UTF-8 in headers was read byte by byte.
        return decoded.equals(text) ? new String(text.getBytes(ISO_8859_1), UTF_8) : decoded;
    }

    private static byte[] base64(String text) {
        try {
            return Base64.getMimeDecoder().decode(text);
        } catch (IllegalArgumentException broken) {
            return text.getBytes(ISO_8859_1);
        }
    }

    private static byte[] quotedPrintable(String text, boolean underscoreIsSpace) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '=' && i + 2 < text.length() && isHex(text.charAt(i + 1)) && isHex(text.charAt(i + 2))) {
                out.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                out.write(underscoreIsSpace && c == '_' ? ' ' : c);
            }
        }
        return out.toByteArray();
    }

    private static boolean isHex(char c) {
        return Character.digit(c, 16) >= 0;
    }

    private static String parameter(String header, String name, String otherwise) {
        Matcher matcher = PARAMETER.matcher(header);
        while (matcher.find()) {
            if (matcher.group(1).equalsIgnoreCase(name)) {
                return matcher.group(2) == null ? matcher.group(3) : matcher.group(2);
            }
        }
        return otherwise;
    }

    private static Charset charset(String name) {
        try {
            return Charset.forName(name);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException unknown) {
            return UTF_8;
        }
    }
}
