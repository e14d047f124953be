package dev.penstock.lambdas.operations;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import dev.penstock.lambdas.catalog.Environment;
import dev.penstock.lambdas.operations.ExportRun.Kind;
import java.time.InstantSource;
import java.util.Map;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.glue.GlueClient;

/**
 * What schedules call: {@code {"task":"export","table":"Orders","kind":"FULL"}}. It takes one step and answers where things
 * stand, {@code RUNNING} or {@code DONE}.
 */
public final class OperationsHandler implements RequestHandler<Map<String, String>, String> {

    private final Exports exports;

    /** Lambda's door: reads the environment once. */
    public OperationsHandler() {
        this(
                Environment.ofProcess(),
                DynamoDbClient.builder()
                        .httpClientBuilder(UrlConnectionHttpClient.builder())
                        .build(),
                GlueClient.builder()
                        .httpClientBuilder(UrlConnectionHttpClient.builder())
                        .build(),
                InstantSource.system());
    }

    /** The tests' door. */
    public OperationsHandler(Environment environment, DynamoDbClient dynamoDb, GlueClient glue, InstantSource clock) {
        String bucket = environment.required("EXPORT_BUCKET");
        String tables = environment.required("TABLE_ARN_PREFIX");
        exports = new Exports(
                dynamoDb,
                new ExportRuns(dynamoDb, environment.required("STATE_TABLE")),
                new Exports.Destination(table -> tables + table, bucket, environment.optional("EXPORT_KEY", "")),
                new Partitions(glue, environment.required("GLUE_DATABASE"), bucket)::register,
                clock);
    }

    @Override
    public String handleRequest(Map<String, String> event, Context context) {
        String task = event.getOrDefault("task", "");
        String table = event.get("table");
        String kind = event.get("kind");
        if (!task.equals("export") || table == null || kind == null) {
            throw new IllegalArgumentException(
                    "event is %s: allowed is {\"task\":\"export\",\"table\":NAME,\"kind\":\"FULL\"|\"INCREMENTAL\"}"
                            .formatted(event));
        }
        return exports.tick(table, Kind.valueOf(kind)).name();
    }
}
