package dev.penstock.lambdas.projector;

import dev.penstock.lambdas.item.Value;

/** About how many bytes a value takes, never fewer than DynamoDB counts; see "Item sizes and formats". */
final class Size {
    private Size() {}

    static long of(Value value) {
        return switch (value) {
            case Value.S s -> 3L * s.value().length();
            case Value.N ignored -> 21;
            case Value.B b -> b.base64().length();
            case Value.Bool ignored -> 1;
            case Value.Null ignored -> 1;
            case Value.L l ->
                3 + l.values().stream().mapToLong(each -> 1 + of(each)).sum();
            case Value.M m ->
                3
                        + m.values().entrySet().stream()
                                .mapToLong(each -> 1 + 3L * each.getKey().length() + of(each.getValue()))
                                .sum();
            case Value.SS ss ->
                ss.values().stream().mapToLong(each -> 3L * each.length()).sum();
            case Value.NS ns -> 21L * ns.values().size();
            case Value.BS bs -> bs.values().stream().mapToLong(String::length).sum();
        };
    }
}
