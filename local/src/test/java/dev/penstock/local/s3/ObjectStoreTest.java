package dev.penstock.local.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.gateway.AwsError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectStoreTest {
    private static final InstantSource NOON = InstantSource.fixed(Instant.parse("2026-06-01T12:00:00Z"));

    @TempDir
    Path directory;

    @Test
    void keepsObjectsAcrossRestarts() throws IOException {
        try (ObjectStore store = ObjectStore.open(directory, NOON)) {
            store.createBucket("archive", "eu-west-1");
            store.put("archive", "a/1", "one".getBytes(UTF_8), "text/plain");
            store.put("archive", "a/1", "two".getBytes(UTF_8), "text/plain");
            store.put("archive", "b", new byte[0], "text/plain");
            store.put("archive", "a/2", "x".getBytes(UTF_8), "text/plain");
            store.delete("archive", "b");
        }
        try (ObjectStore store = ObjectStore.open(directory, NOON)) {
            assertEquals(List.of("a/1", "a/2"), keys(store, "archive", ""));
            try (var in = store.read("archive", "a/1")) {
                assertEquals("two", new String(in.readAllBytes(), UTF_8));
            }
            StoredObject object = store.find("archive", "a/1").orElseThrow();
            assertEquals(NOON.instant(), object.lastModified());
            assertEquals("b8a9f715dbb64fd5c56e7783c6820a61", object.etag());
            assertEquals("eu-west-1", store.bucket("archive").region());
        }
        try (Stream<Path> blobs = Files.list(directory.resolve("archive/blobs"))) {
            assertEquals(2, blobs.count(), "replaced and deleted content is gone from the disk");
        }
    }

    @Test
    void forgetsTheLinesOfWhatIsGone() throws IOException {
        try (ObjectStore store = ObjectStore.open(directory, NOON)) {
            store.createBucket("archive", "us-east-1");
            store.bucket("archive").configure("versioning", "<Status>Enabled</Status>");
            store.put("archive", "versioned", "old".getBytes(UTF_8), "text/plain");
            store.put("archive", "versioned", "new".getBytes(UTF_8), "text/plain");
            store.bucket("archive").configure("versioning", "<Status>Suspended</Status>");
            for (int i = 0; i < 10_000; i++) {
                store.put("archive", "again", new byte[0], "text/plain");
            }
            store.put("archive", "last", "x".getBytes(UTF_8), "text/plain");
        }
        try (Stream<String> lines = Files.lines(directory.resolve("archive/bucket.log"))) {
            assertTrue(lines.count() < 100, "10,000 lines were of what is gone");
        }
        try (ObjectStore store = ObjectStore.open(directory, NOON)) {
            assertEquals(List.of("again", "last", "versioned"), keys(store, "archive", ""));
            try (var in = store.read("archive", "versioned")) {
                assertEquals("new", new String(in.readAllBytes(), UTF_8));
            }
            assertEquals(
                    2,
                    store.bucket("archive")
                            .from("versioned", true)
                            .get("versioned")
                            .size());
        }
    }

    @Test
    void dropsALineThatACrashCutOff() throws IOException {
        try (ObjectStore store = ObjectStore.open(directory, NOON)) {
            store.createBucket("archive", "us-east-1");
            store.put("archive", "a", new byte[1], "text/plain");
        }
        Files.writeString(
                directory.resolve("archive/bucket.log"), "{\"change\":\"put\",\"obj", StandardOpenOption.APPEND);
        try (ObjectStore store = ObjectStore.open(directory, NOON)) {
            store.put("archive", "b", new byte[1], "text/plain");
        }
        try (ObjectStore store = ObjectStore.open(directory, NOON)) {
            assertEquals(List.of("a", "b"), keys(store, "archive", ""));
        }
    }

    @Test
    void leavesNothingBehindInMemoryMode() throws IOException {
        Path blob;
        try (ObjectStore store = ObjectStore.inMemory(NOON)) {
            store.createBucket("archive", "us-east-1");
            blob = store.bucket("archive").file(store.put("archive", "a", new byte[1], "text/plain"));
            assertTrue(Files.exists(blob));
        }
        assertFalse(Files.exists(blob.getParent().getParent().getParent()));
    }

    @Test
    void refusesWhatS3Refuses() {
        try (ObjectStore store = ObjectStore.open(directory, NOON)) {
            store.createBucket("archive", "us-east-1");
            assertEquals("BucketAlreadyOwnedByYou", code(() -> store.createBucket("archive", "eu-west-1")));
            assertEquals("NoSuchBucket", code(() -> store.list("nowhere", "")));
            assertEquals("NoSuchKey", code(() -> store.read("archive", "nothing")));
            store.put("archive", "a", new byte[1], "text/plain");
            assertEquals("BucketNotEmpty", code(() -> store.deleteBucket("archive")));
            store.delete("archive", "a");
            store.deleteBucket("archive");
            assertFalse(store.hasBucket("archive"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "UPPER", "-start", "end-", "a..b", "192.168.0.1", "under_score", "../up", "a/b"})
    void refusesBadBucketNames(String name) {
        try (ObjectStore store = ObjectStore.open(directory, NOON)) {
            assertEquals("InvalidBucketName", code(() -> store.createBucket(name, "us-east-1")));
        }
    }

    @Test
    void listsByTheBytesOfKeys() {
        try (ObjectStore store = ObjectStore.open(directory, NOON)) {
            store.createBucket("archive", "us-east-1");
            List<String> inOrder = List.of("A", "a", "a/b", "a0", "\uFFEE", "\uD83D\uDE00");
            inOrder.reversed().forEach(key -> store.put("archive", key, new byte[0], "text/plain"));
            assertEquals(inOrder, keys(store, "archive", ""));
            assertEquals(List.of("a", "a/b", "a0"), keys(store, "archive", "a"));
        }
    }

    private static List<String> keys(ObjectStore store, String bucket, String prefix) {
        return store.list(bucket, prefix).stream().map(StoredObject::key).toList();
    }

    private static String code(Runnable action) {
        return assertThrows(AwsError.class, action::run).code();
    }
}
