package dev.penstock.local.s3;

import dev.penstock.local.gateway.AwsError;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * All buckets of the runtime, on the file system: what S3 serves over HTTP and what exports, archives and failure
 * destinations use in process. Threadsafe.
 *
 * <p>Errors are those of S3: NoSuchBucket, NoSuchKey, BucketAlreadyOwnedByYou, BucketNotEmpty, InvalidBucketName.
 */
public final class ObjectStore implements AutoCloseable {
    private static final Pattern NAME = Pattern.compile("(?!xn--|sthree-)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final Pattern ADDRESS = Pattern.compile("\\d+\\.\\d+\\.\\d+\\.\\d+");

    private final Path directory;
    private final InstantSource clock;
    private final boolean isTemporary;
    private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();
    private final Uploads uploads = new Uploads(this);

    private ObjectStore(Path directory, InstantSource clock, boolean isTemporary) {
        this.directory = directory;
        this.clock = clock;
        this.isTemporary = isTemporary;
    }

    /** Opens the buckets under {@code directory}, which is made if it is not there. */
    public static ObjectStore open(Path directory, InstantSource clock) {
        return open(directory, clock, false);
    }

    /** A store in the temporary directory that is deleted when it is closed. */
    public static ObjectStore inMemory(InstantSource clock) {
        try {
            return open(Files.createTempDirectory("penstock-s3-"), clock, true);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static ObjectStore open(Path directory, InstantSource clock, boolean isTemporary) {
        ObjectStore store = new ObjectStore(directory, clock, isTemporary);
        try {
            Files.createDirectories(directory);
            try (Stream<Path> folders = Files.list(directory)) {
                for (Path folder : folders.filter(Files::isDirectory).toList()) {
                    Bucket.open(folder).ifPresent(bucket -> store.buckets.put(bucket.name(), bucket));
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot open the buckets in " + directory, failed);
        }
        return store;
    }

    /**
     * Makes a bucket.
     *
     * @throws AwsError InvalidBucketName, or BucketAlreadyOwnedByYou when there is one of this name in any region
     */
    public void createBucket(String name, String region) {
        if (!NAME.matcher(name).matches()
                || name.contains("..")
                || ADDRESS.matcher(name).matches()) {
            throw new AwsError(
                    400, "InvalidBucketName", "The specified bucket is not valid.", Map.of("BucketName", name));
        }
        buckets.compute(name, (key, existing) -> {
            if (existing != null) {
                throw new AwsError(
                        409,
                        "BucketAlreadyOwnedByYou",
                        "Your previous request to create the named bucket succeeded and you already own it.",
                        Map.of("BucketName", name));
            }
            try {
                return Bucket.create(Files.createDirectories(directory.resolve(name)), name, region, now());
            } catch (IOException failed) {
                throw new UncheckedIOException("cannot make bucket " + name, failed);
            }
        });
    }

    /** Whether there is a bucket of this name, in any region. */
    public boolean hasBucket(String name) {
        return buckets.containsKey(name);
    }

    /** @throws AwsError BucketNotEmpty while any version of an object is in it */
    public void deleteBucket(String name) {
        Bucket bucket = bucket(name);
        if (!bucket.isEmpty()) {
            throw new AwsError(
                    409, "BucketNotEmpty", "The bucket you tried to delete is not empty", Map.of("BucketName", name));
        }
        buckets.remove(name);
        try {
            bucket.close();
            deleteTree(directory.resolve(name));
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot delete bucket " + name, failed);
        }
    }

    /** Puts an object whose content fits in memory. */
    public StoredObject put(String bucket, String key, byte[] content, String contentType) {
        return put(bucket, key, new ByteArrayInputStream(content), contentType);
    }

    /** Puts an object; reads the content to its end and leaves it open. */
    public StoredObject put(String bucket, String key, InputStream content, String contentType) {
        return new ObjectWriter(bucket(bucket), key, now())
                .headers(Map.of("content-type", contentType))
                .write(content);
    }

    /** The current version of an object; empty if there is none or it was deleted. */
    public Optional<StoredObject> find(String bucket, String key) {
        return bucket(bucket).find(key, null).filter(object -> !object.isDeleteMarker());
    }

    /**
     * The content of an object, for the caller to close.
     *
     * @throws AwsError NoSuchKey
     */
    public InputStream read(String bucket, String key) {
        StoredObject object = find(bucket, key)
                .orElseThrow(
                        () -> new AwsError(404, "NoSuchKey", "The specified key does not exist.", Map.of("Key", key)));
        try {
            return Files.newInputStream(bucket(bucket).file(object));
        } catch (IOException gone) {
            throw new AwsError(404, "NoSuchKey", "The specified key does not exist.", Map.of("Key", key));
        }
    }

    /** The current objects whose keys start with {@code prefix}, in the order of their keys. */
    public List<StoredObject> list(String bucket, String prefix) {
        return bucket(bucket).from(prefix, true).entrySet().stream()
                .takeWhile(entry -> entry.getKey().startsWith(prefix))
                .map(entry -> entry.getValue().getFirst())
                .filter(object -> !object.isDeleteMarker())
                .toList();
    }

    /** Deletes an object as S3 does (a versioned bucket keeps its versions). No error if there is none. */
    public void delete(String bucket, String key) {
        bucket(bucket).delete(key, now());
    }

    Collection<Bucket> buckets() {
        return buckets.values().stream()
                .sorted(Comparator.comparing(Bucket::name))
                .toList();
    }

    Bucket bucket(String name) {
        Bucket bucket = buckets.get(name);
        if (bucket == null) {
            throw new AwsError(404, "NoSuchBucket", "The specified bucket does not exist", Map.of("BucketName", name));
        }
        return bucket;
    }

    Uploads uploads() {
        return uploads;
    }

    /** Epoch milliseconds on the runtime's clock. */
    long now() {
        return clock.instant().toEpochMilli();
    }

    @Override
    public void close() {
        try {
            for (Bucket bucket : buckets.values()) {
                bucket.close();
            }
            if (isTemporary) {
                deleteTree(directory);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void deleteTree(Path top) throws IOException {
        try (Stream<Path> files = Files.walk(top)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
