package dev.penstock.lambdas.etl;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** How a value is made unreadable. */
public sealed interface Mask {

    /** Masks the attribute if the item has it. */
    void apply(Attributes item, Name name);

    /** A constant of the same type: {@code ***}, 0, no bytes, false; NULL for every other type. */
    record Redact() implements Mask {
        private static final byte[] TEXT = bytes("{\"S\":\"***\"}");
        private static final byte[] NUMBER = bytes("{\"N\":\"0\"}");
        private static final byte[] BINARY = bytes("{\"B\":\"\"}");
        private static final byte[] FALSE = bytes("{\"BOOL\":false}");
        private static final byte[] NULL = bytes("{\"NULL\":true}");

        @Override
        public void apply(Attributes item, Name name) {
            int i = item.find(name);
            if (i < 0) {
                return;
            }
            Span span = item.span(i);
            byte[] value = switch (span.scalarType()) {
                case 'S' -> TEXT;
                case 'N' -> NUMBER;
                case 'B' -> BINARY;
                default -> span.isBool() ? FALSE : NULL;
            };
            item.setValue(i, value, 0, value.length);
        }
    }

    /**
     * A pseudonym: the first 32 hexadecimal digits of the HMAC-SHA256 of the value, as S. Equal values keep equal
     * pseudonyms, so joins still work; without the key nobody can try values.
     *
     * @param key secret, at least 16 characters
     */
    record Hash(String key) implements Mask {
        public Hash {
            if (key.length() < 16) {
                throw new IllegalArgumentException(
                        "mask 'hash' needs a maskKey of at least 16 characters; given: " + key.length());
            }
        }

        @Override
        public void apply(Attributes item, Name name) {
            int i = item.find(name);
            if (i < 0) {
                return;
            }
            Span span = item.span(i);
            byte[] value = bytes("{\"S\":\"" + pseudonym(span) + "\"}");
            item.setValue(i, value, 0, value.length);
        }

        private String pseudonym(Span span) {
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(bytes(key), "HmacSHA256"));
                byte[] digest = mac.doFinal(Arrays.copyOfRange(span.text(), span.from(), span.to()));
                return HexFormat.of().formatHex(digest, 0, 16);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every JDK has HmacSHA256", e);
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
