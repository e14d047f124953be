package dev.penstock.lambdas.projector;

import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.stream.Guard;
import dev.penstock.lambdas.tables.TableNames;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.Update;

/**
 * Records that a watermark has passed without counting them. A hole is written before the watermark passes, and filled
 * in the transaction that counts its record, so it is filled once. A record that has a hole, open or filled, is counted
 * by no other way, as the stream may bring it again when the cause is mended.
 */
final class Holes {
    /** Open holes per shard; more than that is no poison but a fault, and the mapping stops with an error. */
    static final int MOST = 10_000;

    private static final String COUNTER = "open";
    private static final String FILLED = "filled";
    private static final Map<String, String> NAMES = Map.of("#s", "shard");

    private final DynamoDbClient client;
    private final TableNames names;
    private final String source;
    private final int most;

    Holes(DynamoDbClient client, TableNames names, String source, int most) {
        this.client = client;
        this.names = names;
        this.source = source;
        this.most = most;
    }

    /**
     * Notes that the record will be passed over; a hole that is there already stays.
     *
     * @param passing moves the watermark of the record's row past it, where the row is known: whoever counts the same
     *     record at the same time finds it passed then. It must have a condition, and when that fails there is no hole,
     *     as the watermark has passed already: the record is counted
     * @throws IllegalStateException when the shard has too many
     */
    void open(Aggregate aggregate, String lane, String sequenceNumber, TransactWriteItem... passing) {
        try {
            List<TransactWriteItem> actions = new ArrayList<>(List.of(
                    TransactWriteItem.builder()
                            .put(Put.builder()
                                    .tableName(table())
                                    .item(key(aggregate, lane, sequenceNumber))
                                    .conditionExpression("attribute_not_exists(#s)")
                                    .expressionAttributeNames(NAMES)
                                    .build())
                            .build(),
                    counter(lane, 1)));
            actions.addAll(List.of(passing));
            client.transactWriteItems(request -> request.transactItems(actions));
        } catch (TransactionCanceledException canceled) {
            if (failed(canceled, 0) || failed(canceled, 2)) {
                return;
            }
            if (failed(canceled, 1)) {
                throw new IllegalStateException("shard " + lane + " of " + source + " has " + most
                        + " holes; mend the cause and redrive them, the mapping goes on then");
            }
            throw canceled;
        }
    }

    /**
     * Which records of a part of the lane have holes, by {@link #mark}, and whether they are filled. One read.
     *
     * @param first sequence number of the part
     * @param last sequence number of the part
     */
    Map<String, Boolean> noted(String lane, String first, String last) {
        return client
                .queryPaginator(request -> request.tableName(table())
                        .consistentRead(true)
                        .keyConditionExpression("#s = :lane AND #n BETWEEN :first AND :last")
                        .projectionExpression("#n, #f")
                        .expressionAttributeNames(Map.of("#s", "shard", "#n", "sequenceNumber", "#f", FILLED))
                        .expressionAttributeValues(Map.of(
                                ":lane",
                                AttributeValue.fromS(lane),
                                ":first",
                                AttributeValue.fromS(Guard.padded(first)),
                                ":last",
                                AttributeValue.fromS(Guard.padded(last) + "|\uffff"))))
                .items()
                .stream()
                .collect(Collectors.toMap(
                        hole -> hole.getOrDefault("sequenceNumber", AttributeValue.fromS(""))
                                .s(),
                        hole -> hole.containsKey(FILLED)));
    }

    /** What {@link #noted} has of a record. */
    static String mark(Aggregate aggregate, String sequenceNumber) {
        return sortKey(aggregate, sequenceNumber);
    }

    /**
     * Counts the record of a hole, together with closing it.
     *
     * @param forgotten when nothing can bring the record again
     * @param additions put the record's shares
     * @return false when there is no such open hole: the record was counted, or is still to come
     */
    boolean fill(
            Aggregate aggregate,
            String lane,
            String sequenceNumber,
            Instant forgotten,
            List<TransactWriteItem> additions) {
        try {
            List<TransactWriteItem> actions = new ArrayList<>(List.of(
                    TransactWriteItem.builder()
                            .update(Update.builder()
                                    .tableName(table())
                                    .key(key(aggregate, lane, sequenceNumber))
                                    .conditionExpression("attribute_exists(#s) AND attribute_not_exists(#f)")
                                    .updateExpression("SET #f = :yes, #e = :forgotten")
                                    .expressionAttributeNames(
                                            Map.of("#s", "shard", "#f", FILLED, "#e", ControlRow.EXPIRES_AT))
                                    .expressionAttributeValues(Map.of(
                                            ":yes",
                                            AttributeValue.fromBool(true),
                                            ":forgotten",
                                            AttributeValue.fromN(Long.toString(forgotten.getEpochSecond()))))
                                    .build())
                            .build(),
                    counter(lane, -1)));
            actions.addAll(additions);
            client.transactWriteItems(request -> request.transactItems(actions));
            return true;
        } catch (TransactionCanceledException canceled) {
            if (failed(canceled, 0)) {
                return false;
            }
            throw canceled;
        }
    }

    /** Lanes of the stream that have a hole for this record, and whether it is filled; a record of one shard has one at most. */
    Map<String, Boolean> lanes(Aggregate aggregate, String label, String sequenceNumber) {
        return client
                .scanPaginator(request -> request.tableName(table())
                        .consistentRead(true)
                        .filterExpression("#n = :n AND begins_with(#s, :label)")
                        .projectionExpression("#s, #f")
                        .expressionAttributeNames(Map.of("#s", "shard", "#n", "sequenceNumber", "#f", FILLED))
                        .expressionAttributeValues(Map.of(
                                ":n",
                                AttributeValue.fromS(sortKey(aggregate, sequenceNumber)),
                                ":label",
                                AttributeValue.fromS(label + "/"))))
                .items()
                .stream()
                .collect(Collectors.toMap(
                        hole -> hole.getOrDefault("shard", AttributeValue.fromS(""))
                                .s(),
                        hole -> hole.containsKey(FILLED)));
    }

    private TransactWriteItem counter(String lane, int step) {
        Update.Builder update = Update.builder()
                .tableName(table())
                .key(Map.of("shard", AttributeValue.fromS(lane), "sequenceNumber", AttributeValue.fromS(COUNTER)))
                .updateExpression("ADD #n :step")
                .expressionAttributeNames(Map.of("#n", COUNTER));
        AttributeValue by = AttributeValue.fromN(Integer.toString(step));
        if (step > 0) {
            update.conditionExpression("attribute_not_exists(#n) OR #n < :most")
                    .expressionAttributeValues(
                            Map.of(":step", by, ":most", AttributeValue.fromN(Integer.toString(most))));
        } else {
            update.expressionAttributeValues(Map.of(":step", by));
        }
        return TransactWriteItem.builder().update(update.build()).build();
    }

    private String table() {
        return names.physical(Catalog.holesName(source));
    }

    private static boolean failed(TransactionCanceledException canceled, int action) {
        List<CancellationReason> reasons = canceled.cancellationReasons();
        return reasons.size() > action
                && "ConditionalCheckFailed".equals(reasons.get(action).code());
    }

    private static Map<String, AttributeValue> key(Aggregate aggregate, String lane, String sequenceNumber) {
        return Map.of(
                "shard",
                AttributeValue.fromS(lane),
                "sequenceNumber",
                AttributeValue.fromS(sortKey(aggregate, sequenceNumber)));
    }

    private static String sortKey(Aggregate aggregate, String sequenceNumber) {
        return Guard.padded(sequenceNumber) + "|" + aggregate.tableName();
    }
}
