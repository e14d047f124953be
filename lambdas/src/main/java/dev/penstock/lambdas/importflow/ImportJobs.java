package dev.penstock.lambdas.importflow;

import dev.penstock.lambdas.etl.Counts;
import dev.penstock.lambdas.importflow.ImportJob.Status;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * The rows of imports in the state table: one for a job, one for each part that is done, so that a part that is delivered
 * twice counts once, and one that names the jobs under way.
 */
public final class ImportJobs {
    private static final String UNDER_WAY = "imports";

    private final DynamoDbClient client;
    private final String table;

    public ImportJobs(DynamoDbClient client, String table) {
        this.client = client;
        this.table = table;
    }

    Optional<ImportJob> find(String id) {
        var item = client.getItem(
                        get -> get.tableName(table).key(key("import#" + id)).consistentRead(true))
                .item();
        return item.isEmpty() ? Optional.empty() : Optional.of(job(id, item));
    }

    private static ImportJob job(String id, Map<String, AttributeValue> item) {
        return new ImportJob(
                id,
                text(item, "manifest"),
                text(item, "table"),
                text(item, "target"),
                text(item, "recipe"),
                (int) number(item, "parts"),
                (int) number(item, "open"),
                new Counts(
                        number(item, "read"),
                        number(item, "written"),
                        number(item, "filtered"),
                        number(item, "rejected"),
                        number(item, "rows"),
                        number(item, "bytes")),
                text(item, "importArn"),
                Status.valueOf(text(item, "status")));
    }

    /** Notes a new job; the one that is there already stays. */
    void add(ImportJob job) {
        var item = new TreeMap<String, AttributeValue>();
        item.putAll(key("import#" + job.id()));
        item.put("manifest", AttributeValue.fromS(job.manifest()));
        item.put("table", AttributeValue.fromS(job.table()));
        item.put("target", AttributeValue.fromS(job.target()));
        item.put("recipe", AttributeValue.fromS(job.recipe()));
        item.put("parts", number(job.parts()));
        item.put("open", number(job.open()));
        counts(job.counts()).forEach(item::put);
        item.put("importArn", AttributeValue.fromS(job.importArn()));
        item.put("status", AttributeValue.fromS(job.status().name()));
        try {
            client.putItem(put -> put.tableName(table).item(item).conditionExpression("attribute_not_exists(task)"));
        } catch (ConditionalCheckFailedException e) {
            // Ordered before: its parts are sent again, and count once.
        }
        underWay("ADD jobs :job", job.id());
    }

    private void underWay(String update, String id) {
        client.updateItem(request -> request.tableName(table)
                .key(key(UNDER_WAY))
                .updateExpression(update)
                .expressionAttributeValues(Map.of(":job", AttributeValue.fromSs(List.of(id)))));
    }

    Collection<String> underWay() {
        var jobs = client.getItem(
                        get -> get.tableName(table).key(key(UNDER_WAY)).consistentRead(true))
                .item()
                .get("jobs");
        return jobs == null ? List.of() : jobs.ss();
    }

    /** Counts a part, once however often it is done; returns the job after that. */
    ImportJob partDone(String id, int part, Counts counts) {
        var values = new TreeMap<String, AttributeValue>();
        values.put(":one", number(1));
        counts(counts).forEach((name, count) -> values.put(":" + name, count));
        try {
            client.transactWriteItems(write -> write.transactItems(
                    TransactWriteItem.builder()
                            .put(put -> put.tableName(table)
                                    .item(key("import#%s#%05d".formatted(id, part)))
                                    .conditionExpression("attribute_not_exists(task)"))
                            .build(),
                    TransactWriteItem.builder()
                            .update(update -> update.tableName(table)
                                    .key(key("import#" + id))
                                    .updateExpression(
                                            "SET #open = #open - :one, #read = #read + :read, written = written + :written,"
                                                    + " filtered = filtered + :filtered, rejected = rejected + :rejected, #rows ="
                                                    + " #rows + :rows, #bytes = #bytes + :bytes")
                                    .expressionAttributeNames(Map.of(
                                            "#open", "open", "#read", "read", "#rows", "rows", "#bytes", "bytes"))
                                    .expressionAttributeValues(values))
                            .build()));
        } catch (TransactionCanceledException e) {
            boolean before =
                    e.cancellationReasons().stream().anyMatch(reason -> "ConditionalCheckFailed".equals(reason.code()));
            if (!before) {
                throw e;
            }
        }
        return find(id).orElseThrow();
    }

    void importing(String id, String importArn) {
        set(id, Status.IMPORTING, importArn);
    }

    /** The job has come to its end. */
    void ended(ImportJob job, Status status) {
        set(job.id(), status, job.importArn());
        underWay("DELETE jobs :job", job.id());
    }

    void set(String id, Status status, String importArn) {
        client.updateItem(update -> update.tableName(table)
                .key(key("import#" + id))
                .updateExpression("SET #status = :status, importArn = :arn")
                .expressionAttributeNames(Map.of("#status", "status"))
                .expressionAttributeValues(Map.of(
                        ":status", AttributeValue.fromS(status.name()), ":arn", AttributeValue.fromS(importArn))));
    }

    private static Map<String, AttributeValue> counts(Counts counts) {
        return new TreeMap<>(Map.of(
                "read", number(counts.read()),
                "written", number(counts.written()),
                "filtered", number(counts.filtered()),
                "rejected", number(counts.rejected()),
                "rows", number(counts.rows()),
                "bytes", number(counts.bytes())));
    }

    private static Map<String, AttributeValue> key(String task) {
        return Map.of("task", AttributeValue.fromS(task));
    }

    private static AttributeValue number(long value) {
        return AttributeValue.fromN(Long.toString(value));
    }

    private static long number(Map<String, AttributeValue> item, String name) {
        return Long.parseLong(required(item, name).n());
    }

    private static String text(Map<String, AttributeValue> item, String name) {
        return required(item, name).s();
    }

    private static AttributeValue required(Map<String, AttributeValue> item, String name) {
        return Objects.requireNonNull(item.get(name), () -> "a row of imports lacks " + name + ": " + item);
    }
}
