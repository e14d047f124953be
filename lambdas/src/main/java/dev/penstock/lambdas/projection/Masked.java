package dev.penstock.lambdas.projection;

import dev.penstock.lambdas.catalog.Mask;
import dev.penstock.lambdas.item.Value;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Items without what a target must not hold. */
final class Masked {
    private Masked() {}

    static Map<String, Value> of(Map<String, Value> item, List<Mask> masks) {
        Map<String, Value> masked = item;
        for (Mask mask : masks) {
            masked = masked(masked, List.of(mask.path().split("\\.", -1)), mask.kind());
        }
        return masked;
    }

    private static Map<String, Value> masked(Map<String, Value> item, List<String> path, Mask.Kind kind) {
        Value value = item.get(path.getFirst());
        if (value == null) {
            return item;
        }
        Map<String, Value> masked = new HashMap<>(item);
        if (path.size() > 1) {
            masked.put(path.getFirst(), inside(value, path.subList(1, path.size()), kind));
        } else if (kind == Mask.Kind.DROP) {
            masked.remove(path.getFirst());
        } else {
            masked.put(path.getFirst(), redacted(value));
        }
        return masked;
    }

    private static Value inside(Value value, List<String> path, Mask.Kind kind) {
        return switch (value) {
            case Value.M map -> new Value.M(masked(map.values(), path, kind));
            case Value.L list ->
                new Value.L(list.values().stream()
                        .map(element -> inside(element, path, kind))
                        .toList());
            default -> value;
        };
    }

    private static Value redacted(Value value) {
        return switch (value) {
            case Value.S ignored -> Value.string("***");
            case Value.N ignored -> Value.number(BigDecimal.ZERO);
            case Value.B ignored -> new Value.B("");
            case Value.Bool ignored -> new Value.Bool(false);
            default -> new Value.Null();
        };
    }
}
