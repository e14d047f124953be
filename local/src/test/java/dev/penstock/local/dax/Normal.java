package dev.penstock.local.dax;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Values and responses in a form in which equal means equal: sets have no order, numbers no notation. */
public final class Normal {
    private Normal() {}

    static Object of(AttributeValue value) {
        return switch (value.type()) {
            case N -> number(value.n());
            case NS -> value.ns().stream().map(Normal::number).collect(Collectors.toSet());
            case SS -> Set.copyOf(value.ss());
            case BS -> Set.copyOf(value.bs());
            case L -> value.l().stream().map(Normal::of).toList();
            case M -> of(value.m());
            default -> value;
        };
    }

    public static Object of(Map<String, AttributeValue> item) {
        Map<String, Object> map = new HashMap<>();
        item.forEach((name, member) -> map.put(name, of(member)));
        return map;
    }

    static BigDecimal number(String text) {
        BigDecimal number = new BigDecimal(text);
        return number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
    }

    /** All members of a response that are set, by name; empty collections count as not set. */
    static Map<String, Object> of(SdkPojo response) {
        Map<String, Object> members = new LinkedHashMap<>();
        response.sdkFields().forEach(field -> {
            Object value = any(field.getValueOrDefault(response));
            if (value != null) {
                members.put(field.memberName(), value);
            }
        });
        return members;
    }

    private static Object any(Object value) {
        return switch (value) {
            case null -> null;
            case AttributeValue attribute -> of(attribute);
            case SdkPojo pojo -> of(pojo);
            case Collection<?> list when list.isEmpty() -> null;
            case Collection<?> list -> list.stream().map(Normal::any).toList();
            case Map<?, ?> map when map.isEmpty() -> null;
            case Map<?, ?> map -> {
                Map<Object, Object> normal = new HashMap<>();
                map.forEach((key, member) -> normal.put(key, any(member)));
                yield normal;
            }
            default -> value;
        };
    }
}
