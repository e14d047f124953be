package dev.penstock.local.recovery;

import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/**
 * Where a cut-over under way is written down: table {@code TABLE-cutover}, which lives as long as it does. A table of its
 * own, because any table may be cut over, with stacks or without, and the record must outlive it.
 */
final class CutoverRecord {
    private static final String TASK = "task";
    private static final String STARTED_AT = "startedAt";
    private static final String RECORD = "record";

    private final DynamoDbClient client;
    private final Progress progress;
    private final String name;
    private final Map<String, AttributeValue> key;

    /** @param table that is replaced */
    CutoverRecord(DynamoDbClient client, Progress progress, String table) {
        this.client = client;
        this.progress = progress;
        this.name = table + "-cutover";
        this.key = Map.of(TASK, AttributeValue.fromS("cutover#" + table));
    }

    /** The table that holds it. */
    String name() {
        return name;
    }

    /** Empty: no cut-over is under way. */
    Optional<CutoverRun> find() {
        try {
            var item = client.getItem(get -> get.tableName(name).key(key).consistentRead(true))
                    .item();
            return Optional.ofNullable(item.get(RECORD)).map(AttributeValue::s).map(CutoverRun::of);
        } catch (ResourceNotFoundException none) {
            return Optional.empty();
        }
    }

    /** @throws IllegalStateException when somebody else has begun one meanwhile */
    void begin(CutoverRun run) {
        progress.await("table " + name, () -> isMade() ? null : "DELETING");
        progress.awaitActive(name);
        put(run, put -> put.conditionExpression("attribute_not_exists(task)"));
    }

    private boolean isMade() {
        try {
            client.createTable(create -> create.tableName(name)
                    .billingMode(BillingMode.PAY_PER_REQUEST)
                    .attributeDefinitions(AttributeDefinition.builder()
                            .attributeName(TASK)
                            .attributeType(ScalarAttributeType.S)
                            .build())
                    .keySchema(KeySchemaElement.builder()
                            .attributeName(TASK)
                            .keyType(KeyType.HASH)
                            .build()));
            return true;
        } catch (ResourceInUseException there) {
            // Made before a crash, or still going since the last cut-over.
            return client.describeTable(describe -> describe.tableName(name))
                            .table()
                            .tableStatus()
                    != TableStatus.DELETING;
        }
    }

    /** @throws IllegalStateException when the cut-over is not the one written down: somebody else is at work */
    void save(CutoverRun run) {
        put(
                run,
                put -> put.conditionExpression("startedAt = :started")
                        .expressionAttributeValues(Map.of(":started", started(run))));
    }

    private void put(CutoverRun run, Consumer<PutItemRequest.Builder> condition) {
        try {
            client.putItem(put -> put.tableName(name)
                    .item(Map.of(
                            TASK, key.get(TASK),
                            STARTED_AT, started(run),
                            RECORD, AttributeValue.fromS(run.toJson())))
                    .applyMutation(condition));
        } catch (ConditionalCheckFailedException other) {
            throw new IllegalStateException(
                    "somebody else is moving " + run.table() + ": table " + name + " has another record", other);
        }
    }

    private static AttributeValue started(CutoverRun run) {
        return AttributeValue.fromS(run.started().toString());
    }

    /** The cut-over is over. */
    void delete() {
        try {
            client.deleteTable(delete -> delete.tableName(name));
        } catch (ResourceNotFoundException gone) {
            return;
        }
        progress.awaitDeleted(name);
    }
}
