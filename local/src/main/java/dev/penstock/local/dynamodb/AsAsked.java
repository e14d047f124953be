package dev.penstock.local.dynamodb;

import dev.penstock.local.store.Tables;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.utils.builder.CopyableBuilder;
import software.amazon.awssdk.utils.builder.ToCopyableBuilder;

/**
 * Answers name a table as the request did, by its name or by its ARN (API reference, ConsumedCapacity and
 * BatchGetItem); inside, tables go by their names.
 */
final class AsAsked {
    private AsAsked() {}

    /** @param asked the tables as the request names them */
    static <T extends SdkPojo & ToCopyableBuilder<B, T>, B extends SdkPojo & CopyableBuilder<B, T>> T named(
            T answer, Collection<String> asked) {
        Map<String, String> arns = new HashMap<>();
        asked.stream().filter(name -> name.startsWith("arn:")).forEach(arn -> arns.put(Tables.name(arn), arn));
        if (arns.isEmpty()) {
            return answer;
        }
        B renamed = answer.toBuilder();
        for (SdkField<?> field : answer.sdkFields()) {
            Object value = field.getValueOrDefault(answer);
            if (value != null) {
                renamed(field.memberName(), value, arns, field, renamed);
            }
        }
        return renamed.build();
    }

    private static void renamed(
            String member, Object value, Map<String, String> arns, SdkField<?> field, SdkPojo builder) {
        switch (member) {
            case "ConsumedCapacity" ->
                field.set(
                        builder,
                        value instanceof Collection<?> all
                                ? all.stream()
                                        .map(one -> capacity((ConsumedCapacity) one, arns))
                                        .toList()
                                : capacity((ConsumedCapacity) value, arns));
            case "Responses", "UnprocessedKeys", "UnprocessedItems" -> {
                if (value instanceof Map<?, ?> byTable) {
                    field.set(builder, keys(byTable, arns));
                }
            }
            default -> {
                // Names no table.
            }
        }
    }

    private static Map<String, Object> keys(Map<?, ?> byTable, Map<String, String> arns) {
        Map<String, Object> renamed = new LinkedHashMap<>();
        byTable.forEach((name, value) -> renamed.put(arns.getOrDefault(name, String.valueOf(name)), value));
        return renamed;
    }

    private static ConsumedCapacity capacity(ConsumedCapacity capacity, Map<String, String> arns) {
        return capacity.toBuilder()
                .tableName(arns.getOrDefault(capacity.tableName(), capacity.tableName()))
                .build();
    }
}
