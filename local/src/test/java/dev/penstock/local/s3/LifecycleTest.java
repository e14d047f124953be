package dev.penstock.local.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.runtime.ServicesUnderTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.LifecycleRule;

/** Starts at noon of June 1. */
class LifecycleTest {
    private final ServicesUnderTest services = new ServicesUnderTest();
    private final S3Client s3 = services.client(S3Client.class);

    @BeforeEach
    void create() {
        s3.createBucket(r -> r.bucket("logs"));
    }

    @AfterEach
    void close() {
        services.close();
    }

    @Test
    void expiresAtTheMidnightAfterTheLastDay() {
        rule(LifecycleRule.builder().filter(f -> f.prefix("tmp/")).expiration(e -> e.days(2)));
        put("tmp/a", "kept/a");
        services.clock().advance(Duration.ofDays(2));
        assertEquals(List.of("kept/a", "tmp/a"), keys());
        services.clock().advance(Duration.ofHours(12));
        assertEquals(List.of("kept/a"), keys());
    }

    @Test
    void seesTagsAndDisabledRules() {
        s3.putObject(r -> r.bucket("logs").key("a").tagging("keep=no"), RequestBody.empty());
        put("b");
        rule(LifecycleRule.builder()
                .filter(f -> f.tag(t -> t.key("keep").value("no")))
                .expiration(e -> e.days(1)));
        services.clock().advance(Duration.ofDays(3));
        assertEquals(List.of("b"), keys());
        rule(LifecycleRule.builder().filter(f -> f.prefix("")).expiration(e -> e.days(1)), ExpirationStatus.DISABLED);
        services.clock().advance(Duration.ofDays(3));
        assertEquals(List.of("b"), keys());
    }

    @Test
    void removesVersionsAndThenTheirMarker() {
        s3.putBucketVersioning(
                r -> r.bucket("logs").versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
        put("a", "a", "a");
        rule(LifecycleRule.builder()
                .filter(f -> f.prefix(""))
                .noncurrentVersionExpiration(n -> n.noncurrentDays(5).newerNoncurrentVersions(1)));
        services.clock().advance(Duration.ofDays(7));
        assertEquals(2, s3.listObjectVersions(r -> r.bucket("logs")).versions().size());
        s3.deleteObject(r -> r.bucket("logs").key("a"));
        rule(LifecycleRule.builder()
                .filter(f -> f.prefix(""))
                .expiration(e -> e.expiredObjectDeleteMarker(true))
                .noncurrentVersionExpiration(n -> n.noncurrentDays(1)));
        services.clock().advance(Duration.ofDays(5));
        var left = s3.listObjectVersions(r -> r.bucket("logs"));
        assertTrue(left.versions().isEmpty() && left.deleteMarkers().isEmpty(), left.toString());
    }

    @Test
    void abortsStaleUploads() {
        rule(LifecycleRule.builder()
                .filter(f -> f.prefix(""))
                .abortIncompleteMultipartUpload(a -> a.daysAfterInitiation(1)));
        s3.createMultipartUpload(r -> r.bucket("logs").key("big").metadata(Map.of()));
        services.clock().advance(Duration.ofDays(2));
        assertTrue(s3.listMultipartUploads(r -> r.bucket("logs")).uploads().isEmpty());
    }

    private void rule(LifecycleRule.Builder rule) {
        rule(rule, ExpirationStatus.ENABLED);
    }

    private void rule(LifecycleRule.Builder rule, ExpirationStatus status) {
        s3.putBucketLifecycleConfiguration(r -> r.bucket("logs")
                .lifecycleConfiguration(l -> l.rules(rule.status(status).build())));
    }

    private void put(String... keys) {
        for (String key : keys) {
            s3.putObject(r -> r.bucket("logs").key(key), RequestBody.empty());
        }
    }

    private List<String> keys() {
        return services.services().objects().list("logs", "").stream()
                .map(StoredObject::key)
                .toList();
    }
}
