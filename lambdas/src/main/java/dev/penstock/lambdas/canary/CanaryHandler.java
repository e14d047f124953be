package dev.penstock.lambdas.canary;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Environment;
import dev.penstock.lambdas.tables.TableNames;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Writes this region's row of the table {@value Catalog#CANARY}, reads it back consistently, and tells how old the rows
 * are that the other regions wrote: what replication brings, seen from here. It fails when the table does not do what it
 * is there for, and an alarm goes off.
 */
public final class CanaryHandler implements RequestHandler<Map<String, Object>, Map<String, Object>> {
    private static final String REGION = "region";
    private static final String AT = "at";

    private final DynamoDbClient client;
    private final String table;
    private final String region;
    private final InstantSource clock;

    /** Lambda's door. */
    public CanaryHandler() {
        this(Environment.ofProcess());
    }

    private CanaryHandler(Environment environment) {
        this(
                DynamoDbClient.builder()
                        .httpClientBuilder(UrlConnectionHttpClient.builder())
                        .build(),
                TableNames.of(environment).physical(Catalog.CANARY),
                environment.required("AWS_REGION"),
                InstantSource.system());
    }

    CanaryHandler(DynamoDbClient client, String table, String region, InstantSource clock) {
        this.client = client;
        this.table = table;
        this.region = region;
        this.clock = clock;
    }

    /**
     * Answers {@code {"region": ..., "secondsOld": {"REGION": seconds...}}}.
     *
     * @throws IllegalStateException when the row that was just written is not read back
     */
    @Override
    public Map<String, Object> handleRequest(Map<String, Object> event, Context context) {
        Instant now = clock.instant();
        client.putItem(put -> put.tableName(table)
                .item(Map.of(REGION, AttributeValue.fromS(region), AT, AttributeValue.fromS(now.toString()))));
        Map<String, AttributeValue> own = client.getItem(get -> get.tableName(table)
                        .key(Map.of(REGION, AttributeValue.fromS(region)))
                        .consistentRead(true))
                .item();
        if (own.isEmpty() || Instant.parse(text(own, AT)).isBefore(now)) {
            throw new IllegalStateException(
                    "table " + table + " does not hold what was written at " + now + ": " + own);
        }
        Map<String, Object> ages = new TreeMap<>();
        client.scanPaginator(scan -> scan.tableName(table)).items().forEach(row -> {
            if (!text(row, REGION).equals(region)) {
                ages.put(
                        text(row, REGION),
                        Duration.between(Instant.parse(text(row, AT)), now).toSeconds());
            }
        });
        return Map.of(REGION, region, "secondsOld", ages);
    }

    private static String text(Map<String, AttributeValue> row, String attribute) {
        return Objects.requireNonNull(row.get(attribute), attribute).s();
    }
}
