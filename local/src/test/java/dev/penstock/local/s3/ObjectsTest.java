package dev.penstock.local.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Objects: contents, checksums, conditions, copies, tags. */
class ObjectsTest extends S3TestCase {
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
                Base64.getEncoder()
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
                    .get(60, TimeUnit.SECONDS);
        }
        assertArrayEquals(
                content,
                s3.getObjectAsBytes(r -> r.bucket("photos").key("async")).asByteArray());
        assertTrue(s3.headObject(r -> r.bucket("photos").key("async")).eTag().endsWith("-2\""));
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
}
