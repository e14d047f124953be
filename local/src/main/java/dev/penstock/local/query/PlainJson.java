package dev.penstock.local.query;

import dev.penstock.lambdas.export.LineBuilder;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Items without their types: S as string, N as number, M as object, L and sets as arrays, B as base64. */
final class PlainJson {
    private PlainJson() {}

    static void write(Map<String, AttributeValue> map, LineBuilder line) {
        char before = '{';
        for (Map.Entry<String, AttributeValue> attribute : map.entrySet()) {
            line.ascii(before).json(attribute.getKey()).ascii(':');
            write(attribute.getValue(), line);
            before = ',';
        }
        line.ascii(before == '{' ? "{}" : "}");
    }

    static void write(AttributeValue value, LineBuilder line) {
        switch (value.type()) {
            case S -> line.json(value.s());
            case N -> line.ascii(value.n());
            case B -> binary(value.b(), line);
            case BOOL -> line.ascii(value.bool().toString());
            case NUL, UNKNOWN_TO_SDK_VERSION -> line.ascii("null");
            case M -> write(value.m(), line);
            case L -> list(value.l(), line, PlainJson::write);
            case SS -> list(value.ss(), line, (s, to) -> to.json(s));
            case NS -> list(value.ns(), line, (n, to) -> to.ascii(n));
            case BS -> list(value.bs(), line, PlainJson::binary);
        }
    }

    private static void binary(SdkBytes bytes, LineBuilder line) {
        line.ascii('"')
                .ascii(Base64.getEncoder().encodeToString(bytes.asByteArrayUnsafe()))
                .ascii('"');
    }

    private static <T> void list(List<T> values, LineBuilder line, BiConsumer<T, LineBuilder> each) {
        char before = '[';
        for (T value : values) {
            line.ascii(before);
            each.accept(value, line);
            before = ',';
        }
        line.ascii(before == '[' ? "[]" : "]");
    }
}
