package dev.penstock.local.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Buckets: regions, configurations, versions, listings. */
class BucketsTest extends S3TestCase {
    @Test
    void listsInPagesWithDelimiter() {
        s3.createBucket(r -> r.bucket("photos"));
        for (String key : List.of("a/1", "a/2", "b", "c/1", "d e&<>", "z")) {
            s3.putObject(r -> r.bucket("photos").key(key), RequestBody.empty());
        }
        var first = s3.listObjectsV2(r -> r.bucket("photos").delimiter("/").maxKeys(2));
        assertEquals(
                List.of("a/"),
                first.commonPrefixes().stream().map(p -> p.prefix()).toList());
        assertEquals(List.of("b"), first.contents().stream().map(S3Object::key).toList());
        assertTrue(first.isTruncated());
        var rest = s3.listObjectsV2(
                r -> r.bucket("photos").delimiter("/").continuationToken(first.nextContinuationToken()));
        assertEquals(
                List.of("c/"),
                rest.commonPrefixes().stream().map(p -> p.prefix()).toList());
        assertEquals(
                List.of("d e&<>", "z"),
                rest.contents().stream().map(S3Object::key).toList());
        assertFalse(rest.isTruncated());
        assertEquals(
                List.of("a/1", "a/2", "b", "c/1", "d e&<>", "z"),
                s3.listObjectsV2Paginator(r -> r.bucket("photos").maxKeys(1)).contents().stream()
                        .map(S3Object::key)
                        .toList());
        assertEquals(
                2,
                s3.listObjects(r -> r.bucket("photos").prefix("a/")).contents().size());
    }

    @Test
    void deletesOneAndMany() {
        s3.createBucket(r -> r.bucket("photos"));
        for (String key : List.of("a", "b", "c")) {
            s3.putObject(r -> r.bucket("photos").key(key), RequestBody.empty());
        }
        s3.deleteObject(r -> r.bucket("photos").key("a"));
        s3.deleteObject(r -> r.bucket("photos").key("a"));
        var deleted = s3.deleteObjects(r -> r.bucket("photos")
                .delete(d -> d.objects(
                        ObjectIdentifier.builder().key("b").build(),
                        ObjectIdentifier.builder().key("never there").build())));
        assertEquals(2, deleted.deleted().size());
        assertEquals(
                List.of("c"),
                store.list("photos", "").stream().map(StoredObject::key).toList());
        assertThrows(
                NoSuchKeyException.class,
                () -> s3.getObjectAsBytes(r -> r.bucket("photos").key("a")));
        assertThrows(
                NoSuchKeyException.class,
                () -> s3.headObject(r -> r.bucket("photos").key("a")));
    }

    @Test
    void keepsVersionsWhenVersioningIsOn() {
        s3.createBucket(r -> r.bucket("photos"));
        s3.putObject(r -> r.bucket("photos").key("k"), RequestBody.fromString("0"));
        assertNull(s3.getBucketVersioning(r -> r.bucket("photos")).status());
        s3.putBucketVersioning(
                r -> r.bucket("photos").versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
        assertEquals(
                BucketVersioningStatus.ENABLED,
                s3.getBucketVersioning(r -> r.bucket("photos")).status());
        String one = s3.putObject(r -> r.bucket("photos").key("k"), RequestBody.fromString("1"))
                .versionId();
        String marker = s3.deleteObject(r -> r.bucket("photos").key("k")).versionId();
        assertThrows(
                NoSuchKeyException.class,
                () -> s3.getObjectAsBytes(r -> r.bucket("photos").key("k")));
        assertEquals(
                "1",
                s3.getObjectAsBytes(r -> r.bucket("photos").key("k").versionId(one))
                        .asUtf8String());
        assertEquals(
                "0",
                s3.getObjectAsBytes(r -> r.bucket("photos").key("k").versionId("null"))
                        .asUtf8String());
        var versions = s3.listObjectVersions(r -> r.bucket("photos"));
        assertEquals(
                List.of(one, "null"),
                versions.versions().stream().map(v -> v.versionId()).toList());
        assertTrue(versions.deleteMarkers().getFirst().isLatest());
        s3.deleteObject(r -> r.bucket("photos").key("k").versionId(marker));
        assertEquals("1", s3.getObjectAsBytes(r -> r.bucket("photos").key("k")).asUtf8String());
    }

    @Test
    void keepsConfigurationsAndSaysWhenThereIsNone() {
        s3.createBucket(r -> r.bucket("photos"));
        assertEquals(
                "NoSuchLifecycleConfiguration",
                code(() -> s3.getBucketLifecycleConfiguration(r -> r.bucket("photos"))));
        s3.putBucketLifecycleConfiguration(r -> r.bucket("photos")
                .lifecycleConfiguration(l -> l.rules(rule -> rule.id("old")
                        .status(ExpirationStatus.ENABLED)
                        .filter(f -> f.prefix("logs/"))
                        .expiration(e -> e.days(7)))));
        assertEquals(
                7,
                s3.getBucketLifecycleConfiguration(r -> r.bucket("photos"))
                        .rules()
                        .getFirst()
                        .expiration()
                        .days());
        assertEquals("NoSuchBucketPolicy", code(() -> s3.getBucketPolicy(r -> r.bucket("photos"))));
        s3.putBucketPolicy(r -> r.bucket("photos").policy("{}"));
        assertEquals("{}", s3.getBucketPolicy(r -> r.bucket("photos")).policy());
        assertEquals(
                "AES256",
                s3.getBucketEncryption(r -> r.bucket("photos"))
                        .serverSideEncryptionConfiguration()
                        .rules()
                        .getFirst()
                        .applyServerSideEncryptionByDefault()
                        .sseAlgorithmAsString());
    }

    @Test
    void keepsBucketsInTheirRegions() {
        try (S3Client ireland = clients.of(S3Client.builder(), "eu-west-1")) {
            ireland.createBucket(
                    r -> r.bucket("photos").createBucketConfiguration(c -> c.locationConstraint("eu-west-1")));
            assertEquals(
                    "eu-west-1",
                    ireland.getBucketLocation(r -> r.bucket("photos")).locationConstraintAsString());
            var error = assertThrows(S3Exception.class, () -> s3.listObjectsV2(r -> r.bucket("photos")));
            assertEquals(301, error.statusCode());
            assertEquals("PermanentRedirect", error.awsErrorDetails().errorCode());
            assertEquals(
                    "IllegalLocationConstraintException",
                    code(() -> ireland.createBucket(r ->
                            r.bucket("elsewhere").createBucketConfiguration(c -> c.locationConstraint("eu-north-1")))));
            assertEquals(
                    "BucketAlreadyOwnedByYou",
                    code(() -> ireland.createBucket(r ->
                            r.bucket("photos").createBucketConfiguration(c -> c.locationConstraint("eu-west-1")))));
        }
        try (S3Client anywhere = clients.of(S3Client.builder().crossRegionAccessEnabled(true))) {
            assertTrue(
                    anywhere.listObjectsV2(r -> r.bucket("photos")).contents().isEmpty());
        }
    }
}
