package dev.penstock.lambdas.operations;

import dev.penstock.lambdas.operations.DrillRun.Step;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/** The rows of drills in the state table: the last one of each table. */
final class DrillRuns {
    private final DynamoDbClient client;
    private final String table;

    DrillRuns(DynamoDbClient client, String table) {
        this.client = client;
        this.table = table;
    }

    Optional<DrillRun> find(String source) {
        var item = client.getItem(request -> request.tableName(table)
                        .key(Map.of("task", AttributeValue.fromS("drill#" + source)))
                        .consistentRead(true))
                .item();
        return item.isEmpty() ? Optional.empty() : Optional.of(run(source, item));
    }

    /**
     * Puts {@code after} where {@code before} was.
     *
     * @return false if another tick has been faster
     */
    boolean replace(Optional<DrillRun> before, DrillRun after) {
        try {
            client.putItem(request -> {
                request.tableName(table).item(item(after));
                before.ifPresentOrElse(
                        run -> request.conditionExpression("startedAt = :started AND version = :version")
                                .expressionAttributeValues(
                                        Map.of(":started", time(run.started()), ":version", number(run.version()))),
                        () -> request.conditionExpression("attribute_not_exists(task)"));
            });
            return true;
        } catch (ConditionalCheckFailedException e) {
            return false;
        }
    }

    private static DrillRun run(String source, Map<String, AttributeValue> item) {
        return new DrillRun(
                source,
                Step.valueOf(text(item, "step")),
                // Not in a row of before it was kept: then the step began with the drill, at the earliest.
                Instant.parse(text(item, item.containsKey("since") ? "since" : "startedAt")),
                Instant.parse(text(item, "at")),
                Instant.parse(text(item, "startedAt")),
                Instant.parse(text(item, "latestRestorable")),
                Optional.ofNullable(item.get("restoredAt"))
                        .map(AttributeValue::s)
                        .map(Instant::parse),
                text(item, "exportArn"),
                progress(item),
                text(item, "problem"),
                (int) whole(item, "version"));
    }

    private static DrillProgress progress(Map<String, AttributeValue> item) {
        return new DrillProgress(
                (int) whole(item, "file"),
                whole(item, "item"),
                whole(item, "compared"),
                whole(item, "differing"),
                whole(item, "missing"),
                whole(item, "counted"),
                item.containsKey("scanned") ? required(item, "scanned").m() : Map.of(),
                whole(item, "extra"));
    }

    private static Map<String, AttributeValue> item(DrillRun run) {
        var item = new TreeMap<String, AttributeValue>();
        item.put("task", AttributeValue.fromS("drill#" + run.table()));
        item.put("step", AttributeValue.fromS(run.step().name()));
        item.put("since", time(run.since()));
        item.put("at", time(run.at()));
        item.put("startedAt", time(run.started()));
        item.put("latestRestorable", time(run.latest()));
        run.restored().ifPresent(restored -> item.put("restoredAt", time(restored)));
        item.put("exportArn", AttributeValue.fromS(run.exportArn()));
        DrillProgress progress = run.progress();
        item.put("file", number(progress.file()));
        item.put("item", number(progress.item()));
        item.put("compared", number(progress.compared()));
        item.put("differing", number(progress.differing()));
        item.put("missing", number(progress.missing()));
        item.put("counted", number(progress.counted()));
        if (!progress.scanned().isEmpty()) {
            item.put("scanned", AttributeValue.fromM(progress.scanned()));
        }
        item.put("extra", number(progress.extra()));
        item.put("problem", AttributeValue.fromS(run.problem()));
        item.put("version", number(run.version()));
        // What people look for.
        if (!run.exportArn().isEmpty()) {
            item.put("exportPrefix", AttributeValue.fromS(run.prefix()));
        }
        item.put("differences", number(progress.differences()));
        run.recoveryTime().ifPresent(rto -> item.put("rtoSeconds", number(rto.toSeconds())));
        item.put("rpoSeconds", number(run.recoveryPoint().toSeconds()));
        return item;
    }

    private static AttributeValue required(Map<String, AttributeValue> item, String name) {
        return Objects.requireNonNull(item.get(name), () -> "a row of drills lacks " + name + ": " + item);
    }

    private static String text(Map<String, AttributeValue> item, String name) {
        return required(item, name).s();
    }

    /** 0 where a row was written before the number was kept. */
    private static long whole(Map<String, AttributeValue> item, String name) {
        AttributeValue value = item.get(name);
        return value == null ? 0 : Long.parseLong(value.n());
    }

    private static AttributeValue time(Instant value) {
        return AttributeValue.fromS(value.toString());
    }

    private static AttributeValue number(long value) {
        return AttributeValue.fromN(Long.toString(value));
    }
}
