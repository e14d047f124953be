package dev.penstock.lambdas.dax;

/** A session as JSON. */
final class Json {

    private Json() {}

    static String of(Session session) {
        return "{\"sessionId\":%s,\"customerId\":%s,\"expiresAt\":%d,\"data\":%s}"
                .formatted(
                        quoted(session.sessionId()),
                        quoted(session.customerId()),
                        session.expiresAt().getEpochSecond(),
                        quoted(session.data()));
    }

    /** A JSON string (RFC 8259, section 7). */
    private static String quoted(String text) {
        var quoted = new StringBuilder("\"");
        text.chars().forEach(c -> {
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                default -> {
                    if (c < ' ') {
                        quoted.append("\\u%04x".formatted(c));
                    } else {
                        quoted.append((char) c);
                    }
                }
            }
        });
        return quoted.append('"').toString();
    }
}
