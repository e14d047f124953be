package dev.penstock.lambdas.operations;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import dev.penstock.lambdas.catalog.Environment;
import dev.penstock.lambdas.export.ObjectSource;
import dev.penstock.lambdas.tables.TableNames;
import dev.penstock.lambdas.telemetry.Telemetry;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * What the schedule of restore drills calls: {@code {"table":"Orders"}}. It takes the steps that can be taken in its time
 * and answers where the drill stands, or {@code IDLE}.
 */
public final class DrillHandler implements RequestHandler<Map<String, String>, String> {
    /** No batch of items is begun with less time left. */
    private static final int RESERVE_MILLIS = 120_000;

    private final Drill drill;
    private final Telemetry telemetry;

    /** Lambda's door: reads the environment once. */
    public DrillHandler() {
        this(
                Environment.ofProcess(),
                DynamoDbClient.builder()
                        .httpClientBuilder(UrlConnectionHttpClient.builder())
                        .build(),
                S3Client.builder()
                        .httpClientBuilder(UrlConnectionHttpClient.builder())
                        .build(),
                InstantSource.system(),
                Telemetry.ofProcess("Drill"));
    }

    /** The tests' door. */
    public DrillHandler(
            Environment environment, DynamoDbClient dynamoDb, S3Client s3, InstantSource clock, Telemetry telemetry) {
        this.telemetry = telemetry;
        String bucket = environment.required("EXPORT_BUCKET");
        this.drill = new Drill(
                dynamoDb,
                new DrillRuns(dynamoDb, environment.required("STATE_TABLE")),
                new DrillComparison(dynamoDb, objects(s3, bucket)),
                new Drill.Place(
                        TableNames.of(environment)::physical,
                        bucket,
                        environment.optional("EXPORT_KEY", ""),
                        Long.parseLong(environment.required("DRILL_MOST_BYTES"))),
                clock);
    }

    private static ObjectSource objects(S3Client s3, String bucket) {
        return new ObjectSource() {
            @Override
            public InputStream open(String key) throws NoSuchFileException {
                try {
                    return s3.getObject(request -> request.bucket(bucket).key(key));
                } catch (NoSuchKeyException e) {
                    throw new NoSuchFileException(key);
                }
            }

            @Override
            public List<String> list(String prefix) {
                return s3
                        .listObjectsV2Paginator(
                                request -> request.bucket(bucket).prefix(prefix))
                        .contents()
                        .stream()
                        .map(S3Object::key)
                        .sorted()
                        .toList();
            }
        };
    }

    @Override
    public String handleRequest(Map<String, String> event, Context context) {
        String table = event.get("table");
        if (table == null) {
            throw new IllegalArgumentException("event is %s: allowed is {\"table\":NAME}".formatted(event));
        }
        Optional<DrillRun> run = drill.tick(table, () -> context.getRemainingTimeInMillis() > RESERVE_MILLIS);
        run.ifPresent(this::report);
        return run.map(each -> each.step().name()).orElse("IDLE");
    }

    private void report(DrillRun run) {
        var fields = new TreeMap<String, String>();
        fields.put("table", run.table());
        fields.put("step", run.step().name());
        fields.put("compared", Long.toString(run.progress().compared()));
        fields.put("differences", Long.toString(run.progress().differences()));
        fields.put("rpoSeconds", Long.toString(run.recoveryPoint().toSeconds()));
        run.recoveryTime().ifPresent(rto -> fields.put("rtoSeconds", Long.toString(rto.toSeconds())));
        if (!run.problem().isEmpty()) {
            fields.put("problem", run.problem());
        }
        telemetry.info("restore drill", fields);
    }
}
