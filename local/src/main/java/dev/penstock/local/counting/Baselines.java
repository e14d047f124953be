package dev.penstock.local.counting;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import dev.penstock.lambdas.catalog.Table;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.Update;

/** What is usually done: one event after the other. */
final class Baselines {
    private static final String ADD = "ADD #e :one, #d :ms";
    private static final Map<String, String> NAMES = Map.of("#e", "events", "#d", "durationMs");

    private Baselines() {}

    /** An update per event: a redelivery counts again. */
    static Strategy perRecord() {
        return strategy(
                "UpdateItem per record",
                "PerRecord",
                false,
                (client, record) -> client.updateItem(request -> request.tableName("PerRecordCounts")
                        .key(key(record))
                        .updateExpression(ADD)
                        .expressionAttributeNames(NAMES)
                        .expressionAttributeValues(values(record))));
    }

    /** The count and a marker of the event in one transaction; exact, at four units. */
    static Strategy marker() {
        return strategy("transaction with a marker", "Marker", true, (client, record) -> {
            try {
                client.transactWriteItems(request -> request.transactItems(
                        TransactWriteItem.builder()
                                .put(Put.builder()
                                        .tableName("MarkerMarks")
                                        .item(mark(record))
                                        .conditionExpression("attribute_not_exists(mark)")
                                        .build())
                                .build(),
                        TransactWriteItem.builder()
                                .update(Update.builder()
                                        .tableName("MarkerCounts")
                                        .key(key(record))
                                        .updateExpression(ADD)
                                        .expressionAttributeNames(NAMES)
                                        .expressionAttributeValues(values(record))
                                        .build())
                                .build()));
            } catch (TransactionCanceledException canceled) {
                boolean counted = "ConditionalCheckFailed"
                        .equals(canceled.cancellationReasons().getFirst().code());
                if (!counted) {
                    throw canceled;
                }
            }
        });
    }

    /**
     * As Powertools' idempotency does it: a record that says "in progress", the update, the record set to "completed".
     * A crash in between leaves it in progress; once that has expired, which is so in a redelivery here, the event is
     * counted again, whether it was counted before or not.
     */
    static Strategy idempotencyRecord() {
        return strategy("idempotency record", "Idempotent", true, (client, record) -> {
            Map<String, AttributeValue> started = new HashMap<>(mark(record));
            started.put("status", AttributeValue.fromS("INPROGRESS"));
            try {
                client.putItem(request -> request.tableName("IdempotentMarks")
                        .item(started)
                        .conditionExpression("attribute_not_exists(mark) OR #s = :started")
                        .expressionAttributeNames(Map.of("#s", "status"))
                        .expressionAttributeValues(Map.of(":started", AttributeValue.fromS("INPROGRESS"))));
            } catch (ConditionalCheckFailedException completed) {
                return;
            }
            client.updateItem(request -> request.tableName("IdempotentCounts")
                    .key(key(record))
                    .updateExpression(ADD)
                    .expressionAttributeNames(NAMES)
                    .expressionAttributeValues(values(record)));
            client.updateItem(request -> request.tableName("IdempotentMarks")
                    .key(mark(record))
                    .updateExpression("SET #s = :completed")
                    .expressionAttributeNames(Map.of("#s", "status"))
                    .expressionAttributeValues(Map.of(":completed", AttributeValue.fromS("COMPLETED"))));
        });
    }

    private static Strategy strategy(
            String name, String prefix, boolean marks, BiConsumer<DynamoDbClient, DynamodbStreamRecord> count) {
        Table counts = Table.named(prefix + "Counts").key("feature").build();
        Table marked = Table.named(prefix + "Marks").key("mark").build();
        return new Strategy() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public List<Table> tables() {
                return marks ? List.of(counts, marked) : List.of(counts);
            }

            @Override
            public String counts() {
                return counts.name();
            }

            @Override
            public Function start(DynamoDbClient client) {
                return (shardId, batch) -> batch.forEach(record -> count.accept(client, record));
            }
        };
    }

    private static Map<String, AttributeValue> key(DynamodbStreamRecord record) {
        return Map.of("feature", AttributeValue.fromS(UsageStream.feature(record)));
    }

    private static Map<String, AttributeValue> mark(DynamodbStreamRecord record) {
        return Map.of("mark", AttributeValue.fromS(record.getEventID()));
    }

    private static Map<String, AttributeValue> values(DynamodbStreamRecord record) {
        return Map.of(
                ":one",
                AttributeValue.fromN("1"),
                ":ms",
                AttributeValue.fromN(Long.toString(UsageStream.duration(record))));
    }
}
