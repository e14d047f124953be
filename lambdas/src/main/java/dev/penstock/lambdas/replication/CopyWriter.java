package dev.penstock.lambdas.replication;

import dev.penstock.lambdas.catalog.Replication;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.projection.CopiedRow;
import dev.penstock.lambdas.projection.PoisonException;
import dev.penstock.lambdas.projection.ViewRows;
import dev.penstock.lambdas.tables.Items;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

/** Writes one row of a target if its write is the last one. What is gone leaves a tombstone that still has a version. */
final class CopyWriter {
    /** Longer than a diverted record can be redriven (30 days, the failure bucket's lifecycle) by a week. */
    static final Duration TOMBSTONE = Duration.ofDays(37);

    /** Each one is lost to another writer of the same row. */
    private static final int ATTEMPTS = 20;

    private final DynamoDbClient client;
    private final String table;
    private final Replication replication;
    private final Table source;
    private final ConflictLog conflicts;

    /** @param table name, or ARN in another account */
    CopyWriter(DynamoDbClient client, String table, Replication replication, Table source, ConflictLog conflicts) {
        this.client = client;
        this.table = table;
        this.replication = replication;
        this.source = source;
        this.conflicts = conflicts;
    }

    /**
     * Makes the row what the write made of the item, unless a later write stands there.
     *
     * @param item {@code null}: deleted
     * @return whether the row was written
     * @throws PoisonException when no row can be made of the item
     */
    boolean write(Map<String, Value> key, @Nullable Map<String, Value> item, Version version, Instant time) {
        Map<String, Value> rowKey = ViewRows.keyOf(replication.rows(), key);
        Optional<Map<String, Value>> shown = CopiedRow.of(replication, source, item);
        Map<String, Value> row = new HashMap<>(shown.orElse(rowKey));
        row.put(Replication.VERSION, Value.string(version.text()));
        row.put(Replication.ORIGIN, Value.string(version.origin()));
        if (shown.isEmpty()) {
            row.put(Replication.REMOVED, new Value.Bool(true));
            row.put(Replication.TTL, Value.number(time.plus(TOMBSTONE).getEpochSecond()));
        }
        Map<String, Value> standing = put(row, fast(version));
        for (int attempt = 0; standing != null; attempt++) {
            if (attempt == ATTEMPTS) {
                throw new IllegalStateException("a row of " + table + " changed " + attempt + " times meanwhile");
            }
            Version other = Version.in(standing);
            if (other != null && other.compareTo(version) >= 0) {
                if (!other.origin().equals(version.origin())) {
                    conflicts.lost(rowKey, other, version.text(), CopiedRow.plain(row));
                }
                return false;
            }
            // Kept before it is overwritten, so that a crash in between logs it twice rather than never.
            conflicts.lost(rowKey, version, other == null ? "unknown" : other.text(), CopiedRow.plain(standing));
            standing = put(row, instead(other));
        }
        return true;
    }

    /**
     * Shows an item that was there before the replication, unless the stream has told of it since.
     *
     * @return whether the row was written
     */
    boolean fill(Map<String, Value> item, Version before) {
        Optional<Map<String, Value>> shown = CopiedRow.of(replication, source, item);
        if (shown.isEmpty()) {
            return false;
        }
        Map<String, Value> row = new HashMap<>(shown.get());
        row.put(Replication.VERSION, Value.string(before.text()));
        row.put(Replication.ORIGIN, Value.string(before.origin()));
        PutItemRequest.Builder put = PutItemRequest.builder()
                .conditionExpression("attribute_not_exists(#key)")
                .expressionAttributeNames(Map.of("#key", partitionKey()));
        return put(row, put) == null;
    }

    /** No row, or an earlier write of the same place: nothing is lost, so nothing need be read. */
    private PutItemRequest.Builder fast(Version version) {
        return PutItemRequest.builder()
                .conditionExpression("attribute_not_exists(#key) OR (#origin = :origin AND #version < :version)")
                .expressionAttributeNames(
                        Map.of("#key", partitionKey(), "#origin", Replication.ORIGIN, "#version", Replication.VERSION))
                .expressionAttributeValues(Map.of(
                        ":origin", AttributeValue.fromS(version.origin()),
                        ":version", AttributeValue.fromS(version.text())));
    }

    private static PutItemRequest.Builder instead(@Nullable Version other) {
        PutItemRequest.Builder put =
                PutItemRequest.builder().expressionAttributeNames(Map.of("#version", Replication.VERSION));
        return other == null
                ? put.conditionExpression("attribute_not_exists(#version)")
                : put.conditionExpression("#version = :version")
                        .expressionAttributeValues(Map.of(":version", AttributeValue.fromS(other.text())));
    }

    /** The row that stands in the way; {@code null} when it was written. */
    private @Nullable Map<String, Value> put(Map<String, Value> row, PutItemRequest.Builder put) {
        try {
            client.putItem(put.tableName(table)
                    .item(Items.toSdk(row))
                    .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
                    .build());
            return null;
        } catch (ConditionalCheckFailedException standing) {
            return Items.fromSdk(standing.item());
        }
    }

    private String partitionKey() {
        return replication.key().getFirst().attribute();
    }
}
