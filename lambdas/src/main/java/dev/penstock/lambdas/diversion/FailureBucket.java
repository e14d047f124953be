package dev.penstock.lambdas.diversion;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import dev.penstock.lambdas.catalog.Environment;
import dev.penstock.lambdas.item.ItemJson;
import dev.penstock.lambdas.stream.Guard;
import dev.penstock.lambdas.telemetry.Telemetry;
import dev.penstock.lambdas.telemetry.Telemetry.Metric;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Diverted records as objects {@code poison/CONSUMER/YYYY/MM/DD/SEQUENCE-EVENT.json}. The body is shaped like the one
 * that Lambda writes for a failed batch ({@code payload.Records}), with {@code reason} beside it, so that one redrive
 * reads both. {@code divertedAt} tells a record that is diverted anew from the one that a redrive has read.
 */
public final class FailureBucket implements Diversion {
    /** First part of the object keys; Lambda's own failure objects begin with {@code aws/lambda/}. */
    public static final String PREFIX = "poison/";

    /** How long objects are kept, and how old a record may be that is redriven. */
    public static final Duration KEPT = Duration.ofDays(14);

    /** How long what guards against repetition is remembered: a week longer, so that a late redrive still finds it. */
    public static final Duration REMEMBERED = KEPT.plusDays(7);

    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuu/MM/dd").withZone(ZoneOffset.UTC);

    private final Supplier<S3Client> s3;
    private final String bucket;
    private final Telemetry telemetry;
    private final InstantSource clock;

    /** The stage's bucket; the client is made on first use, because most functions never divert. */
    public FailureBucket(Environment environment, Telemetry telemetry) {
        this(lazyClient(), environment.required(Environment.FAILURE_BUCKET), telemetry, InstantSource.system());
    }

    /** A client that is made on first use. */
    public static Supplier<S3Client> lazyClient() {
        return new LazyClient();
    }

    public FailureBucket(Supplier<S3Client> s3, String bucket, Telemetry telemetry, InstantSource clock) {
        this.s3 = s3;
        this.bucket = bucket;
        this.telemetry = telemetry;
        this.clock = clock;
    }

    @Override
    public void divert(DynamodbStreamRecord record, String reason) {
        String body = "{\"consumer\":" + ItemJson.quote(telemetry.consumer()) + ",\"reason\":" + ItemJson.quote(reason)
                + ",\"divertedAt\":" + ItemJson.quote(clock.instant().toString()) + ",\"payload\":{\"Records\":["
                + RecordJson.write(record) + "]}}";
        String key = key(telemetry.consumer(), record);
        s3.get()
                .putObject(
                        request -> request.bucket(bucket).key(key).contentType("application/json"),
                        RequestBody.fromString(body));
        telemetry.warn(
                "diverted", Map.of("reason", reason, "eventId", Objects.toString(record.getEventID()), "key", key));
        telemetry.count(Map.of(Metric.Poison, 1));
    }

    static String key(String consumer, DynamodbStreamRecord record) {
        var data = record.getDynamodb();
        String sequence = data == null || data.getSequenceNumber() == null ? "" : data.getSequenceNumber();
        Instant time = data == null || data.getApproximateCreationDateTime() == null
                ? Instant.EPOCH
                : data.getApproximateCreationDateTime().toInstant();
        String event = Objects.toString(record.getEventID(), "none").replaceAll("[^A-Za-z0-9_-]", "_");
        return PREFIX + consumer + "/" + DAY.format(time) + "/" + Guard.padded(sequence) + "-" + event + ".json";
    }

    private static final class LazyClient implements Supplier<S3Client> {
        private @Nullable S3Client client;

        @Override
        public synchronized S3Client get() {
            S3Client made = client;
            if (made == null) {
                made = S3Client.builder()
                        .httpClientBuilder(UrlConnectionHttpClient.builder())
                        .build();
                client = made;
            }
            return made;
        }
    }
}
