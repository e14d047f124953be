package dev.penstock.lambdas.tables;

import dev.penstock.lambdas.item.Value;
import java.math.BigDecimal;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Items from and to the SDK's form. */
public final class Items {
    private Items() {}

    public static Map<String, AttributeValue> toSdk(Map<String, Value> item) {
        Map<String, AttributeValue> sdk = HashMap.newHashMap(item.size());
        item.forEach((name, value) -> sdk.put(name, toSdk(value)));
        return sdk;
    }

    public static AttributeValue toSdk(Value value) {
        AttributeValue.Builder sdk = AttributeValue.builder();
        switch (value) {
            case Value.S s -> sdk.s(s.value());
            case Value.N n -> sdk.n(n.text());
            case Value.B b -> sdk.b(bytes(b.base64()));
            case Value.Bool bool -> sdk.bool(bool.value());
            case Value.Null ignored -> sdk.nul(true);
            case Value.L l -> sdk.l(l.values().stream().map(Items::toSdk).toList());
            case Value.M m -> sdk.m(toSdk(m.values()));
            case Value.SS ss -> sdk.ss(ss.values());
            case Value.NS ns ->
                sdk.ns(ns.values().stream().map(BigDecimal::toPlainString).toList());
            case Value.BS bs -> sdk.bs(bs.values().stream().map(Items::bytes).toList());
        }
        return sdk.build();
    }

    public static Map<String, Value> fromSdk(Map<String, AttributeValue> sdk) {
        Map<String, Value> item = HashMap.newHashMap(sdk.size());
        sdk.forEach((name, value) -> item.put(name, fromSdk(value)));
        return item;
    }

    /** Throws {@link IllegalArgumentException} for a type that this SDK doesn't know. */
    public static Value fromSdk(AttributeValue sdk) {
        return switch (sdk.type()) {
            case S -> Value.string(sdk.s());
            case N -> Value.number(new BigDecimal(sdk.n()));
            case B -> new Value.B(base64(sdk.b()));
            case BOOL -> new Value.Bool(sdk.bool());
            case NUL -> new Value.Null();
            case L -> new Value.L(sdk.l().stream().map(Items::fromSdk).toList());
            case M -> new Value.M(fromSdk(sdk.m()));
            case SS -> new Value.SS(new TreeSet<>(sdk.ss()));
            case NS -> Value.numbers(sdk.ns());
            case BS -> {
                SortedSet<String> values = new TreeSet<>();
                sdk.bs().forEach(bytes -> values.add(base64(bytes)));
                yield new Value.BS(values);
            }
            case UNKNOWN_TO_SDK_VERSION ->
                throw new IllegalArgumentException("an attribute of a type that this SDK doesn't know: " + sdk);
        };
    }

    private static SdkBytes bytes(String base64) {
        return SdkBytes.fromByteArray(Base64.getDecoder().decode(base64));
    }

    private static String base64(SdkBytes bytes) {
        return Base64.getEncoder().encodeToString(bytes.asByteArrayUnsafe());
    }
}
