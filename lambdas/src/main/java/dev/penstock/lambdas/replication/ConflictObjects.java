package dev.penstock.lambdas.replication;

import dev.penstock.lambdas.item.ItemJson;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.telemetry.Telemetry;
import dev.penstock.lambdas.telemetry.Telemetry.Metric;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.Supplier;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Lost writes as objects {@code conflicts/REPLICATION/HASH.json} of the failure bucket, the hash being that of the key
 * and the version that lost: a write that is delivered again is logged once.
 */
public final class ConflictObjects implements ConflictLog {
    /** First part of the object keys. */
    public static final String PREFIX = "conflicts/";

    private final Supplier<S3Client> s3;
    private final String bucket;
    private final Telemetry telemetry;

    ConflictObjects(Supplier<S3Client> s3, String bucket, Telemetry telemetry) {
        this.s3 = s3;
        this.bucket = bucket;
        this.telemetry = telemetry;
    }

    @Override
    public void lost(Map<String, Value> key, Version winner, String loser, Map<String, Value> row) {
        String body = "{\"replication\":" + ItemJson.quote(telemetry.consumer()) + ",\"key\":" + ItemJson.write(key)
                + ",\"winner\":" + ItemJson.quote(winner.text()) + ",\"loser\":" + ItemJson.quote(loser) + ",\"item\":"
                + ItemJson.write(row) + "}";
        String object = PREFIX + telemetry.consumer() + "/" + hash(ItemJson.write(key) + loser) + ".json";
        s3.get()
                .putObject(
                        request -> request.bucket(bucket).key(object).contentType("application/json"),
                        RequestBody.fromString(body));
        telemetry.warn("two places wrote one item", Map.of("winner", winner.text(), "loser", loser, "key", object));
        telemetry.count(Map.of(Metric.Conflicts, 1));
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
