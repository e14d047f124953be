package dev.penstock.local.bench;

import dev.penstock.local.clients.Await;
import dev.penstock.local.clients.Clients;
import dev.penstock.local.clients.Control;
import dev.penstock.local.demo.Progress;
import dev.penstock.local.demo.Writer;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.EventSourceMappingConfiguration;

/**
 * A backlog in the stream of one table, and how long the table's projector takes to drain it: from the journal through
 * mapping, function and gateway to the store. The table's other consumers stand still meanwhile.
 */
final class Backlog {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final DynamoDbClient dynamoDb;
    private final LambdaClient lambda;
    private final Control control;
    private final String region;
    private final PrintStream out;
    private final String table;

    Backlog(Clients clients, Control control, String table, PrintStream out) {
        this.dynamoDb = clients.of(DynamoDbClient.class);
        this.lambda = clients.of(LambdaClient.class);
        this.control = control;
        this.region = clients.region();
        this.table = table;
        this.out = out;
    }

    /**
     * A drain.
     *
     * @param changes of items in derived tables that it made
     * @param runtimeCpu CPU seconds of this process, which holds the runtime unless that is elsewhere
     * @param functionsCpu the same of the function JVMs
     */
    record Drain(int records, long changes, double seconds, double runtimeCpu, double functionsCpu) {
        double recordsPerSecond() {
            return records / seconds;
        }

        double changesPerSecond() {
            return changes / seconds;
        }

        double changesPerRecord() {
            return (double) changes / records;
        }
    }

    /** Writes so many items while nothing reads them, then lets the projector run until it is done. */
    Drain drain(int count, Supplier<Map<String, AttributeValue>> items) {
        List<EventSourceMappingConfiguration> mappings = mappings();
        mappings.forEach(mapping -> setEnabled(mapping, false));
        try (var progress = new Progress(out, "  " + table, count)) {
            new Writer(dynamoDb).write(table, count, items, progress);
        }
        EventSourceMappingConfiguration projector = mappings.stream()
                .filter(mapping -> mapping.functionArn().contains(table + "Projector"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(table + " has no projector; its mappings: " + mappings));
        long changesBefore = changes();
        double runtimeBefore = EtlTask.cpuSeconds();
        double functionsBefore = functionsCpu();
        long started = System.nanoTime();
        setEnabled(projector, true);
        Await.until(
                LIMIT,
                "the backlog of " + table + " to drain",
                () -> control.get("settled").path("settled").asBoolean());
        double seconds = (System.nanoTime() - started) / 1e9;
        return new Drain(
                count,
                changes() - changesBefore,
                seconds,
                EtlTask.cpuSeconds() - runtimeBefore,
                functionsCpu() - functionsBefore);
    }

    /** Lets all consumers of the table run again. */
    void release() {
        mappings().forEach(mapping -> setEnabled(mapping, true));
    }

    private static double functionsCpu() {
        return ProcessHandle.current()
                        .children()
                        .mapToLong(child -> child.info()
                                .totalCpuDuration()
                                .map(Duration::toMillis)
                                .orElse(0L))
                        .sum()
                / 1e3;
    }

    private long changes() {
        return control.get("journal").path(region).asLong();
    }

    private List<EventSourceMappingConfiguration> mappings() {
        String arn = dynamoDb.describeTable(describe -> describe.tableName(table))
                .table()
                .latestStreamArn();
        return lambda.listEventSourceMappings(list -> list.eventSourceArn(arn)).eventSourceMappings();
    }

    private void setEnabled(EventSourceMappingConfiguration mapping, boolean enabled) {
        lambda.updateEventSourceMapping(update -> update.uuid(mapping.uuid()).enabled(enabled));
        Await.until(
                LIMIT,
                "a mapping of " + table + " to change",
                () -> lambda.getEventSourceMapping(get -> get.uuid(mapping.uuid()))
                        .state()
                        .equals(enabled ? "Enabled" : "Disabled"));
    }
}
