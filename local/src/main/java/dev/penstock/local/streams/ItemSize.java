package dev.penstock.local.streams;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Bytes of attributes as a stream record's SizeBytes counts them: names and strings in UTF-8, binary decoded, a number
 * by its digits, booleans and null one each. The rule fits every SizeBytes in the recorded AWS answers we know.
 */
public final class ItemSize {
    private ItemSize() {}

    /** Bytes of all names and values. */
    public static long of(Map<String, AttributeValue> item) {
        long size = 0;
        for (Map.Entry<String, AttributeValue> attribute : item.entrySet()) {
            size += utf8(attribute.getKey()) + of(attribute.getValue());
        }
        return size;
    }

    /** Bytes of one value. */
    public static long of(AttributeValue value) {
        return switch (value.type()) {
            case S -> utf8(value.s());
            case N -> number(value.n());
            case B -> value.b().asByteArrayUnsafe().length;
            case SS -> value.ss().stream().mapToLong(ItemSize::utf8).sum();
            case NS -> value.ns().stream().mapToLong(ItemSize::number).sum();
            case BS -> value.bs().stream().mapToLong(ItemSize::length).sum();
            case L ->
                3 + value.l().stream().mapToLong(element -> 1 + of(element)).sum();
            case M -> 3 + value.m().size() + of(value.m());
            case BOOL, NUL -> 1;
            case UNKNOWN_TO_SDK_VERSION -> 0;
        };
    }

    private static long length(SdkBytes bytes) {
        return bytes.asByteArrayUnsafe().length;
    }

    /** One byte for two significant digits, and one more. */
    private static long number(String digits) {
        int significant = 0;
        int trailingZeros = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (c == 'e' || c == 'E') {
                break;
            }
            if (c < '0' || c > '9' || (significant == 0 && c == '0')) {
                continue;
            }
            significant++;
            trailingZeros = c == '0' ? trailingZeros + 1 : 0;
        }
        return (significant - trailingZeros + 1L) / 2 + 1;
    }

    private static long utf8(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return text.getBytes(StandardCharsets.UTF_8).length;
            }
        }
        return text.length();
    }
}
