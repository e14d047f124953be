package dev.penstock.lambdas.operations;

import dev.penstock.lambdas.operations.ExportRun.Kind;
import dev.penstock.lambdas.operations.ExportRun.Status;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/** The state table: one row for each table and kind of export. */
final class ExportRuns {

    private static final String UNCHANGED =
            "#to = :to AND attempt = :attempt AND exportArn = :arn AND #status = :status";
    private static final Map<String, String> NAMES = Map.of("#to", "to", "#status", "status");

    private final DynamoDbClient client;
    private final String table;

    ExportRuns(DynamoDbClient client, String table) {
        this.client = client;
        this.table = table;
    }

    Optional<ExportRun> find(String source, Kind kind) {
        var item = client.getItem(request -> request.tableName(table)
                        .key(Map.of("task", AttributeValue.fromS(ExportRun.key(source, kind))))
                        .consistentRead(true))
                .item();
        return item.isEmpty()
                ? Optional.empty()
                : Optional.of(new ExportRun(
                        source,
                        kind,
                        Instant.ofEpochSecond(
                                Long.parseLong(required(item, "from").n())),
                        Instant.ofEpochSecond(
                                Long.parseLong(required(item, "to").n())),
                        Integer.parseInt(required(item, "attempt").n()),
                        required(item, "exportArn").s(),
                        Status.valueOf(required(item, "status").s())));
    }

    private static AttributeValue required(Map<String, AttributeValue> item, String name) {
        return Objects.requireNonNull(item.get(name), () -> "a row of export runs lacks " + name + ": " + item);
    }

    /**
     * Puts {@code after} where {@code before} was.
     *
     * @return false if another tick has been faster; then there is nothing left to do
     */
    boolean replace(Optional<ExportRun> before, ExportRun after) {
        try {
            client.putItem(request -> {
                request.tableName(table).item(item(after));
                before.ifPresentOrElse(
                        run -> request.conditionExpression(UNCHANGED)
                                .expressionAttributeNames(NAMES)
                                .expressionAttributeValues(values(run)),
                        () -> request.conditionExpression("attribute_not_exists(task)"));
            });
            return true;
        } catch (ConditionalCheckFailedException e) {
            return false;
        }
    }

    /** Removes a run that can't be, unless another tick has changed it. */
    void forget(ExportRun run) {
        try {
            client.deleteItem(request -> request.tableName(table)
                    .key(Map.of("task", AttributeValue.fromS(run.key())))
                    .conditionExpression(UNCHANGED)
                    .expressionAttributeNames(NAMES)
                    .expressionAttributeValues(values(run)));
        } catch (ConditionalCheckFailedException faster) {
            return;
        }
    }

    private static Map<String, AttributeValue> values(ExportRun run) {
        return Map.of(
                ":to", number(run.to().getEpochSecond()),
                ":attempt", number(run.attempt()),
                ":arn", AttributeValue.fromS(run.exportArn()),
                ":status", AttributeValue.fromS(run.status().name()));
    }

    private static Map<String, AttributeValue> item(ExportRun run) {
        var item = new TreeMap<String, AttributeValue>();
        item.put("task", AttributeValue.fromS(run.key()));
        item.put("from", number(run.from().getEpochSecond()));
        item.put("to", number(run.to().getEpochSecond()));
        item.put("attempt", number(run.attempt()));
        item.put("exportArn", AttributeValue.fromS(run.exportArn()));
        item.put("status", AttributeValue.fromS(run.status().name()));
        return item;
    }

    private static AttributeValue number(long value) {
        return AttributeValue.fromN(Long.toString(value));
    }
}
