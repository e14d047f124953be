package dev.penstock.local.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.gateway.LocalClients;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

class S3ServiceTest {
    private final ObjectStore store = ObjectStore.inMemory(InstantSource.fixed(Instant.parse("2026-06-01T12:00:00Z")));
    private final LocalClients clients = new LocalClients(new S3Service(store));
    private final S3Client s3 = clients.of(S3Client.builder());

    @AfterEach
    void close() {
        s3.close();
        clients.close();
        store.close();
    }

    @Test
    void putsAndGetsWithMetadataAndChecksums() {
        s3.createBucket(r -> r.bucket("photos"));
        var put = s3.putObject(
                r -> r.bucket("photos")
                        .key("a b/ü+%.txt")
                        .contentType("text/plain")
                        .metadata(Map.of("who", "me")),
                RequestBody.fromString("hello"));
        assertEquals("\"5d41402abc4b2a76b9719d911017c592\"", put.eTag());
        CRC32 crc = new CRC32();
        crc.update("hello".getBytes(UTF_8));
        assertEquals(
                java.util.Base64.getEncoder()
                        .encodeToString(ByteBuffer.allocate(4)
                                .putInt((int) crc.getValue())
                                .array()),
                put.checksumCRC32());
        var got = s3.getObjectAsBytes(r -> r.bucket("photos").key("a b/ü+%.txt"));
        assertEquals("hello", got.asUtf8String());
        assertEquals("text/plain", got.response().contentType());
        assertEquals(Map.of("who", "me"), got.response().metadata());
        assertEquals(Instant.parse("2026-06-01T12:00:00Z"), got.response().lastModified());
        var head = s3.headObject(r -> r.bucket("photos").key("a b/ü+%.txt").checksumMode(ChecksumMode.ENABLED));
        assertEquals(5, head.contentLength());
        assertEquals(put.checksumCRC32(), head.checksumCRC32());
        assertEquals(
                "bell",
                s3.getObjectAsBytes(r -> r.bucket("photos").key("a b/ü+%.txt").range("bytes=1-3"))
                        .asUtf8String()
                        .replace("ell", "bell"));
    }

    @ParameterizedTest
    @EnumSource(
            value = software.amazon.awssdk.services.s3.model.ChecksumAlgorithm.class,
            names = {"CRC32", "CRC32_C", "SHA1", "SHA256"})
    void verifiesEveryChecksumOfTheSdk(software.amazon.awssdk.services.s3.model.ChecksumAlgorithm algorithm) {
        s3.createBucket(r -> r.bucket("photos"));
        s3.putObject(r -> r.bucket("photos").key("k").checksumAlgorithm(algorithm), RequestBody.fromString("hello"));
        assertEquals(
                "hello",
                s3.getObjectAsBytes(r -> r.bucket("photos").key("k").checksumMode(ChecksumMode.ENABLED))
                        .asUtf8String());
    }

    @Test
    void computesTheChecksumS3UsesByItself() {
        Crc64Nvme crc = new Crc64Nvme();
        crc.update("123456789".getBytes(UTF_8));
        assertEquals(0xae8b14860a799888L, crc.getValue(), "the check value of CRC-64/NVME");
    }

    @Test
    void refusesContentThatDoesNotFitItsChecksum() {
        s3.createBucket(r -> r.bucket("photos"));
        assertEquals(
                "BadDigest",
                code(() -> s3.putObject(
                        r -> r.bucket("photos").key("k").checksumCRC32("AAAAAA=="), RequestBody.fromString("hello"))));
        assertEquals(
                "BadDigest",
                code(() -> s3.putObject(
                        r -> r.bucket("photos").key("k").contentMD5("1B2M2Y8AsgTpgAmY7PhCfg=="),
                        RequestBody.fromString("hello"))));
        assertTrue(s3.listObjectsV2(r -> r.bucket("photos")).contents().isEmpty());
    }

    @Test
    void streamsLargeObjectsBothWays() throws Exception {
        byte[] content = new byte[9_000_001];
        new Random(1).nextBytes(content);
        s3.createBucket(r -> r.bucket("photos"));
        s3.putObject(r -> r.bucket("photos").key("sync"), RequestBody.fromBytes(content));
        assertArrayEquals(
                content,
                s3.getObjectAsBytes(r -> r.bucket("photos").key("sync")).asByteArray());
        try (S3AsyncClient async = clients.of(S3AsyncClient.builder().multipartEnabled(true))) {
            async.putObject(r -> r.bucket("photos").key("async"), AsyncRequestBody.fromBytes(content))
                    .get(60, java.util.concurrent.TimeUnit.SECONDS);
        }
        assertArrayEquals(
                content,
                s3.getObjectAsBytes(r -> r.bucket("photos").key("async")).asByteArray());
        assertTrue(s3.headObject(r -> r.bucket("photos").key("async")).eTag().endsWith("-2\""));
    }

    @Test
    void joinsPartsAndRefusesWrongOnes() {
        byte[] content = new byte[12 << 20];
        new Random(2).nextBytes(content);
        s3.createBucket(r -> r.bucket("photos"));
        String upload =
                s3.createMultipartUpload(r -> r.bucket("photos").key("k")).uploadId();
        List<CompletedPart> parts = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            int number = i + 1;
            byte[] part = Arrays.copyOfRange(content, i * (6 << 20), number * (6 << 20));
            String etag = s3.uploadPart(
                            r -> r.bucket("photos").key("k").uploadId(upload).partNumber(number),
                            RequestBody.fromBytes(part))
                    .eTag();
            parts.add(CompletedPart.builder().partNumber(number).eTag(etag).build());
        }
        assertEquals(
                2,
                s3.listParts(r -> r.bucket("photos").key("k").uploadId(upload))
                        .parts()
                        .size());
        assertEquals(
                1, s3.listMultipartUploads(r -> r.bucket("photos")).uploads().size());
        assertEquals(
                "InvalidPartOrder",
                code(() -> s3.completeMultipartUpload(r ->
                        r.bucket("photos").key("k").uploadId(upload).multipartUpload(m -> m.parts(parts.reversed())))));
        assertEquals(
                "InvalidPart",
                code(() -> s3.completeMultipartUpload(r -> r.bucket("photos")
                        .key("k")
                        .uploadId(upload)
                        .multipartUpload(m -> m.parts(p -> p.partNumber(3).eTag("x"))))));
        s3.completeMultipartUpload(
                r -> r.bucket("photos").key("k").uploadId(upload).multipartUpload(m -> m.parts(parts)));
        assertArrayEquals(
                content, s3.getObjectAsBytes(r -> r.bucket("photos").key("k")).asByteArray());
        assertEquals(
                "NoSuchUpload",
                code(() ->
                        s3.abortMultipartUpload(r -> r.bucket("photos").key("k").uploadId(upload))));
    }

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
    void honoursConditions() {
        s3.createBucket(r -> r.bucket("photos"));
        String etag = s3.putObject(r -> r.bucket("photos").key("k").ifNoneMatch("*"), RequestBody.fromString("1"))
                .eTag();
        assertEquals(
                "PreconditionFailed",
                code(() ->
                        s3.putObject(r -> r.bucket("photos").key("k").ifNoneMatch("*"), RequestBody.fromString("2"))));
        assertEquals(
                "PreconditionFailed",
                code(() ->
                        s3.putObject(r -> r.bucket("photos").key("k").ifMatch("other"), RequestBody.fromString("2"))));
        s3.putObject(r -> r.bucket("photos").key("k").ifMatch(etag), RequestBody.fromString("2"));
        String now = s3.headObject(r -> r.bucket("photos").key("k")).eTag();
        assertEquals(
                304,
                assertThrows(
                                S3Exception.class,
                                () -> s3.getObjectAsBytes(
                                        r -> r.bucket("photos").key("k").ifNoneMatch(now)))
                        .statusCode());
        assertEquals(
                412,
                assertThrows(
                                S3Exception.class,
                                () -> s3.getObjectAsBytes(
                                        r -> r.bucket("photos").key("k").ifMatch("\"no\"")))
                        .statusCode());
    }

    @Test
    void copiesAndTags() {
        s3.createBucket(r -> r.bucket("photos"));
        s3.putObject(
                r -> r.bucket("photos").key("a b").metadata(Map.of("m", "1")).tagging("t=1"),
                RequestBody.fromString("x"));
        s3.copyObject(r -> r.sourceBucket("photos")
                .sourceKey("a b")
                .destinationBucket("photos")
                .destinationKey("c"));
        assertEquals(
                Map.of("m", "1"),
                s3.headObject(r -> r.bucket("photos").key("c")).metadata());
        assertEquals(
                "t",
                s3.getObjectTagging(r -> r.bucket("photos").key("c"))
                        .tagSet()
                        .getFirst()
                        .key());
        s3.putObjectTagging(r -> r.bucket("photos")
                .key("c")
                .tagging(t -> t.tagSet(tag -> tag.key("u").value("2"))));
        assertEquals(
                "2",
                s3.getObjectTagging(r -> r.bucket("photos").key("c"))
                        .tagSet()
                        .getFirst()
                        .value());
        s3.deleteObjectTagging(r -> r.bucket("photos").key("c"));
        assertTrue(
                s3.getObjectTagging(r -> r.bucket("photos").key("c")).tagSet().isEmpty());
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

    @Test
    void findsTheBucketInTheHost() throws Exception {
        s3.createBucket(r -> r.bucket("photos"));
        s3.putObject(r -> r.bucket("photos").key("k"), RequestBody.fromString("x"));
        try (var socket = new java.net.Socket("127.0.0.1", clients.gateway().port())) {
            socket.getOutputStream()
                    .write("GET /k HTTP/1.1\r\nHost: photos.s3.localhost:4566\r\nConnection: close\r\n\r\n"
                            .getBytes(UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
            assertTrue(answer.startsWith("HTTP/1.1 200") && answer.endsWith("x"), answer);
        }
    }

    @Test
    void servesPresignedUrls() throws Exception {
        s3.createBucket(r -> r.bucket("photos"));
        s3.putObject(r -> r.bucket("photos").key("k"), RequestBody.fromString("x"));
        try (S3Presigner presigner = S3Presigner.builder()
                        .endpointOverride(clients.gateway().endpoint())
                        .region(Region.US_EAST_1)
                        .serviceConfiguration(S3Configuration.builder()
                                .pathStyleAccessEnabled(true)
                                .build())
                        .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")))
                        .build();
                HttpClient http = HttpClient.newHttpClient()) {
            URI url = presigner
                    .presignGetObject(r -> r.signatureDuration(Duration.ofHours(1))
                            .getObjectRequest(g -> g.bucket("photos").key("k")))
                    .url()
                    .toURI();
            assertEquals(
                    "x",
                    http.send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString())
                            .body());
        }
    }

    @Test
    void answersErrorsOfS3() {
        assertThrows(NoSuchBucketException.class, () -> s3.listObjectsV2(r -> r.bucket("nowhere")));
        s3.createBucket(r -> r.bucket("photos"));
        s3.putObject(r -> r.bucket("photos").key("k"), RequestBody.fromString("x"));
        assertEquals("BucketNotEmpty", code(() -> s3.deleteBucket(r -> r.bucket("photos"))));
        assertEquals(
                "InvalidRange",
                code(() -> s3.getObjectAsBytes(r -> r.bucket("photos").key("k").range("bytes=5-6"))));
        assertEquals(
                "KeyTooLongError",
                code(() -> s3.putObject(r -> r.bucket("photos").key("x".repeat(1025)), RequestBody.empty())));
        assertEquals(
                "MetadataTooLarge",
                code(() -> s3.putObject(
                        r -> r.bucket("photos").key("y").metadata(Map.of("m", "x".repeat(3000))),
                        RequestBody.empty())));
        var acl = assertThrows(
                S3Exception.class,
                () -> s3.putObjectAcl(r -> r.bucket("photos").key("k").acl("private")));
        assertEquals(501, acl.statusCode());
        assertEquals("x", s3.getObjectAsBytes(r -> r.bucket("photos").key("k")).asUtf8String());
    }

    @Test
    void refusesMalformedXmlAndChunks() throws Exception {
        s3.createBucket(r -> r.bucket("photos"));
        assertEquals(400, send("POST", "/photos?delete", "<Delete><Object>").statusCode());
        assertEquals(400, send("PUT", "/photos?versioning", "no xml").statusCode());
        assertEquals(
                400,
                send(
                                "POST",
                                "/photos?delete",
                                "<!DOCTYPE d [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><Delete><Object><Key>&e;</Key></Object></Delete>")
                        .statusCode());
        assertEquals(
                400,
                send("PUT", "/photos/k", "zz\r\nbroken", "Content-Encoding", "aws-chunked")
                        .statusCode());
        assertEquals(
                400,
                send("PUT", "/photos/k", "5\r\nab", "Content-Encoding", "aws-chunked")
                        .statusCode());
        assertEquals(400, send("PUT", "/photos/k?partNumber=x&uploadId=y", "").statusCode());
        assertTrue(send("PUT", "/Not_A_Bucket", "").body().contains("InvalidBucketName"));
        assertEquals(501, send("PUT", "/photos?website", "<a/>").statusCode());
        assertTrue(store.list("photos", "").isEmpty());
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(clients.gateway().endpoint().resolve(path))
                    .method(method, HttpRequest.BodyPublishers.ofString(body));
            if (headers.length > 0) {
                request.headers(headers);
            }
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private static String code(Runnable action) {
        return assertThrows(S3Exception.class, action::run).awsErrorDetails().errorCode();
    }
}
