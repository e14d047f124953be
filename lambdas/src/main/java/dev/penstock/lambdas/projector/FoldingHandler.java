package dev.penstock.lambdas.projector;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Environment;
import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.tables.Backoff;
import dev.penstock.lambdas.tables.FunctionClient;
import dev.penstock.lambdas.tables.TableNames;
import dev.penstock.lambdas.telemetry.Telemetry;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * What a schedule calls once a day for each windowed aggregate: {@code {"aggregate":"UsageByHour","at":"2026-11-22T10:00:00Z"}}.
 * The schedule tells the time, so that it is the runtime's where the runtime's clock was moved.
 */
public final class FoldingHandler implements RequestHandler<Map<String, String>, Map<String, Object>> {
    /** Time that the last transaction and the report need. */
    private static final int RESERVE_MILLIS = 20_000;

    private final Catalog catalog;
    private final DynamoDbClient client;
    private final TableNames names;
    private final InstantSource clock;
    private final Telemetry telemetry;

    /** Lambda's door. */
    public FoldingHandler() {
        this(Environment.ofProcess());
    }

    private FoldingHandler(Environment environment) {
        this(
                Storefront.catalog(),
                FunctionClient.dynamoDb(environment),
                TableNames.of(environment),
                InstantSource.system(),
                Telemetry.ofProcess("Folding"));
    }

    FoldingHandler(Catalog catalog, DynamoDbClient client, TableNames names, InstantSource clock, Telemetry telemetry) {
        this.catalog = catalog;
        this.client = client;
        this.names = names;
        this.clock = clock;
        this.telemetry = telemetry;
    }

    /**
     * Answers {@code {"rows": read, "folded": gone, "left": not now, "complete": true}}; not complete when its time was up,
     * which the next day goes on with.
     *
     * @throws IllegalArgumentException when the event names no windowed aggregate, or no time that has come
     */
    @Override
    public Map<String, Object> handleRequest(Map<String, String> event, @Nullable Context context) {
        Aggregate aggregate = catalog.aggregates().stream()
                .filter(each -> each.tableName().equals(event.get("aggregate")))
                .findFirst()
                .orElseThrow(() -> refused(event));
        Folding.Report report = new Folding(aggregate, client, names, Backoff.jittered())
                .run(time(event), false, () -> context == null || context.getRemainingTimeInMillis() > RESERVE_MILLIS);
        Map<String, Object> answer = new TreeMap<>(Map.of(
                "rows", report.rows(),
                "folded", report.folded(),
                "left", report.left(),
                "complete", report.complete()));
        Map<String, String> fields = new TreeMap<>(Map.of("aggregate", aggregate.tableName()));
        answer.forEach((name, value) -> fields.put(name, value.toString()));
        telemetry.info("folded", fields);
        return answer;
    }

    /** A time to come would fold rows that still keep something out. Stage local has no prefix, and a clock of its own. */
    private Instant time(Map<String, String> event) {
        try {
            Instant at = Instant.parse(event.getOrDefault("at", ""));
            if (names.prefix().isEmpty() || !at.isAfter(clock.instant())) {
                return at;
            }
            throw refused(event);
        } catch (DateTimeParseException malformed) {
            throw refused(event);
        }
    }

    private static IllegalArgumentException refused(Map<String, String> event) {
        return new IllegalArgumentException(
                "event is %s: allowed is {\"aggregate\":NAME,\"at\":TIME} with a windowed aggregate and a time in ISO-8601 that has come"
                        .formatted(event));
    }
}
