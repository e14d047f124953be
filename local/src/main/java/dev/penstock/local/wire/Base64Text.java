package dev.penstock.local.wire;

import dev.penstock.local.gateway.AwsError;
import java.util.Base64;

/** Base64 as AWS reads it: padded, and refused with AWS's own words. */
final class Base64Text {
    private Base64Text() {}

    static byte[] decode(String text) {
        if (text.length() % 4 != 0) {
            throw refused("Base64 encoded length is expected a multiple of 4 bytes but found: " + text.length());
        }
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException notBase64) {
            // "dectected" is AWS's spelling.
            throw refused("Invalid last non-pad Base64 character dectected");
        }
    }

    private static AwsError refused(String message) {
        return SerializationError.of(message);
    }
}
