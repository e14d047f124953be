package dev.penstock.local.redelivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.lambdas.replication.ConflictObjects;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.function.Consumer;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/**
 * Reads the failure bucket. Two kinds of objects are there: {@code poison/...}, written by handlers, and
 * {@code aws/lambda/...}, written by Lambda (Developer Guide, "Retaining discarded batches"), whose {@code payload} is
 * the whole event as a string; an object is understood too.
 */
final class FailureObjects {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    private final Site site;

    FailureObjects(Site site) {
        this.site = site;
    }

    /**
     * All objects, in order of their keys: those of one consumer and shard come in stream order. Lost writes of
     * replications, which are kept in the bucket too, are no failures.
     */
    void forEach(Consumer<FailedRecords> failed) {
        site.s3().listObjectsV2Paginator(list -> list.bucket(site.failures())).contents().stream()
                .filter(object -> !object.key().startsWith(ConflictObjects.PREFIX))
                .forEach(object -> {
                    try {
                        failed.accept(read(object.key()));
                    } catch (NoSuchKeyException redrivenMeanwhile) {
                        return;
                    }
                });
    }

    private FailedRecords read(String key) {
        var object =
                site.s3().getObjectAsBytes(get -> get.bucket(site.failures()).key(key));
        try {
            JsonNode body = JSON.readTree(object.asString(StandardCharsets.UTF_8));
            JsonNode payload = body.path("payload");
            JsonNode event = payload.isTextual() ? JSON.readTree(payload.asText()) : payload;
            JsonNode records = event.path("Records");
            if (!(event instanceof ObjectNode whole) || records.isEmpty()) {
                return FailedRecords.foreign(key, "it holds no records; if something else wrote it, move it away");
            }
            String arn = body.path("requestContext").path("functionArn").asText();
            String consumer = arn.isEmpty() ? body.path("consumer").asText() : site.consumer(arn);
            String reason = arn.isEmpty()
                    ? body.path("reason").asText()
                    : body.path("requestContext").path("condition").asText();
            return new FailedRecords(
                    key,
                    object.response().eTag(),
                    consumer,
                    arn.isEmpty() ? site.function(consumer) : arn,
                    reason,
                    records.size(),
                    oldest(records),
                    whole);
        } catch (JsonProcessingException e) {
            return FailedRecords.foreign(key, "it is no JSON; if something else wrote it, move it away");
        }
    }

    private static Instant oldest(JsonNode records) {
        Instant oldest = Instant.MAX;
        for (JsonNode record : records) {
            JsonNode time = record.path("dynamodb").path("ApproximateCreationDateTime");
            // A record that tells no time is as old as can be: nothing says that its item is still remembered.
            Instant at = time.isNumber() ? Instant.ofEpochSecond(time.asLong()) : Instant.EPOCH;
            oldest = at.isBefore(oldest) ? at : oldest;
        }
        return oldest;
    }

    /** Removes an object whose records are applied, unless it was written anew since it was read. */
    boolean remove(FailedRecords failed) {
        try {
            String now = site.s3()
                    .headObject(head -> head.bucket(site.failures()).key(failed.key()))
                    .eTag();
            if (!now.equals(failed.etag())) {
                return false;
            }
        } catch (NoSuchKeyException gone) {
            return true;
        }
        site.s3().deleteObject(delete -> delete.bucket(site.failures()).key(failed.key()));
        return true;
    }

    /** JSON in one line, of a tree or of what has a plain form. */
    static String text(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not JSON: " + value, e);
        }
    }

    static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("no JSON: " + json, e);
        }
    }
}
