package dev.penstock.local.s3;

import dev.penstock.local.gateway.AwsError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One bucket: its keys with their versions, newest first, and its configurations. What changes it is first written
 * to the bucket's log, so it is there after a restart. Threadsafe.
 */
final class Bucket {
    /** The version id of objects put while versioning is not enabled. */
    static final String NULL_VERSION = "null";

    private final String name;
    private final String region;
    private final long created;
    private final Path blobs;
    private final BucketLog log;
    private final NavigableMap<String, List<StoredObject>> versions = new ConcurrentSkipListMap<>(Bucket::compareKeys);
    private final Map<String, String> configurations = new ConcurrentHashMap<>();
    /** Versions of all keys. */
    private long kept;

    private Bucket(Path directory, BucketLog.Created made, long lines) throws IOException {
        this.name = made.name();
        this.region = made.region();
        this.created = made.created();
        this.blobs = Files.createDirectories(directory.resolve("blobs"));
        this.log = new BucketLog(directory, lines);
    }

    static Bucket create(Path directory, String name, String region, long created) throws IOException {
        Bucket bucket = new Bucket(directory, new BucketLog.Created(name, region, created), 0);
        bucket.log.append(new BucketLog.Created(name, region, created));
        return bucket;
    }

    /** Empty for a folder whose creation did not come to its first line. */
    static Optional<Bucket> open(Path directory) throws IOException {
        List<BucketLog.Line> lines = BucketLog.read(directory);
        if (lines.isEmpty() || !(lines.getFirst() instanceof BucketLog.Created made)) {
            return Optional.empty();
        }
        Bucket bucket = new Bucket(directory, made, lines.size());
        lines.forEach(bucket::apply);
        bucket.compact();
        return Optional.of(bucket);
    }

    String name() {
        return name;
    }

    String region() {
        return region;
    }

    /** Epoch milliseconds. */
    long created() {
        return created;
    }

    boolean isEmpty() {
        return versions.isEmpty();
    }

    /** Keys from {@code start} on, in the order of their UTF-8 bytes; the lists are snapshots, newest version first. */
    NavigableMap<String, List<StoredObject>> from(String start, boolean inclusive) {
        return versions.tailMap(start, inclusive);
    }

    Optional<StoredObject> find(String key, @Nullable String versionId) {
        List<StoredObject> all = versions.getOrDefault(key, List.of());
        return versionId == null
                ? all.stream().findFirst()
                : all.stream().filter(v -> v.versionId().equals(versionId)).findFirst();
    }

    Path file(StoredObject object) {
        return blobs.resolve(String.valueOf(object.blob()));
    }

    Path newBlob() {
        return blobs.resolve(UUID.randomUUID().toString());
    }

    /**
     * Makes a version current.
     *
     * @param condition sees the current version before, and throws to refuse
     */
    synchronized StoredObject put(
            String key, Consumer<@Nullable StoredObject> condition, Function<String, StoredObject> version) {
        condition.accept(find(key, null).filter(v -> !v.isDeleteMarker()).orElse(null));
        StoredObject object = version.apply(newVersionId());
        change(new BucketLog.Put(object));
        return object;
    }

    /** Deletes as S3 does: leaves a marker in a versioned bucket, which is returned. */
    synchronized Optional<StoredObject> delete(String key, long now) {
        if (configuration("versioning").isEmpty()) {
            find(key, NULL_VERSION).ifPresent(v -> change(new BucketLog.Remove(key, NULL_VERSION)));
            return Optional.empty();
        }
        StoredObject marker =
                new StoredObject(key, newVersionId(), 0, "", now, Map.of(), Map.of(), Map.of(), "", "", null);
        change(new BucketLog.Put(marker));
        return Optional.of(marker);
    }

    /** Deletes one version for good; returns it. */
    synchronized Optional<StoredObject> deleteVersion(String key, String versionId) {
        Optional<StoredObject> version = find(key, versionId);
        version.ifPresent(v -> change(new BucketLog.Remove(key, versionId)));
        return version;
    }

    /** Replaces a version in place (its tags). */
    synchronized void update(StoredObject version, UnaryOperator<StoredObject> change) {
        StoredObject current = find(version.key(), version.versionId())
                .orElseThrow(() -> new AwsError(404, "NoSuchKey", "The specified key does not exist."));
        change(new BucketLog.Update(change.apply(current)));
    }

    /** A configuration (lifecycle, policy...) as it was given. */
    Optional<String> configuration(String kind) {
        return Optional.ofNullable(configurations.get(kind));
    }

    /** @param document {@code null} removes it */
    synchronized void configure(String kind, @Nullable String document) {
        change(new BucketLog.Configuration(kind, document));
    }

    private String newVersionId() {
        return configuration("versioning").orElse("").contains("Enabled")
                ? UUID.randomUUID().toString().replace("-", "")
                : NULL_VERSION;
    }

    private void change(BucketLog.Line line) {
        try {
            log.append(line);
            apply(line).forEach(this::deleteBlob);
            compact();
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot write to bucket " + name, failed);
        }
    }

    private void compact() throws IOException {
        if (!log.isMostlyGone(1 + configurations.size() + kept)) {
            return;
        }
        List<BucketLog.Line> live = new ArrayList<>();
        live.add(new BucketLog.Created(name, region, created));
        configurations.forEach((kind, document) -> live.add(new BucketLog.Configuration(kind, document)));
        // Oldest version first, as they were put.
        versions.values().forEach(all -> all.reversed().forEach(version -> live.add(new BucketLog.Put(version))));
        log.replace(live);
    }

    /** Returns the versions that are gone. */
    private List<StoredObject> apply(BucketLog.Line line) {
        return switch (line) {
            case BucketLog.Created made -> List.of();
            case BucketLog.Configuration configuration -> {
                if (configuration.document() == null) {
                    configurations.remove(configuration.kind());
                } else {
                    configurations.put(configuration.kind(), configuration.document());
                }
                yield List.of();
            }
            case BucketLog.Put put -> replace(put.object().key(), put.object().versionId(), put.object(), true);
            case BucketLog.Update update -> {
                replace(update.object().key(), update.object().versionId(), update.object(), false);
                yield List.of();
            }
            case BucketLog.Remove remove -> replace(remove.key(), remove.versionId(), null, false);
        };
    }

    private List<StoredObject> replace(String key, String versionId, @Nullable StoredObject by, boolean asNewest) {
        List<StoredObject> gone = new ArrayList<>();
        List<StoredObject> left = new ArrayList<>();
        List<StoredObject> before = versions.getOrDefault(key, List.of());
        for (StoredObject version : before) {
            if (!version.versionId().equals(versionId)) {
                left.add(version);
                continue;
            }
            gone.add(version);
            if (by != null && !asNewest) {
                left.add(by);
            }
        }
        if (by != null && asNewest) {
            left.addFirst(by);
        }
        kept += left.size() - before.size();
        if (left.isEmpty()) {
            versions.remove(key);
        } else {
            versions.put(key, List.copyOf(left));
        }
        return gone;
    }

    private void deleteBlob(StoredObject version) {
        if (version.blob() != null) {
            try {
                Files.deleteIfExists(file(version));
            } catch (IOException kept) {
                // The file is no longer reachable; it only takes space.
                System.getLogger(Bucket.class.getName()).log(System.Logger.Level.WARNING, "cannot delete a blob", kept);
            }
        }
    }

    void close() throws IOException {
        log.close();
    }

    /** S3 lists keys by their UTF-8 bytes, which is the order of code points. */
    static int compareKeys(String a, String b) {
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                boolean bothOrNone = Character.isSurrogate(x) == Character.isSurrogate(y);
                return bothOrNone ? Character.compare(x, y) : Character.isSurrogate(x) ? 1 : -1;
            }
        }
        return Integer.compare(a.length(), b.length());
    }

    /** All keys with their versions, for sweeps. */
    Map<String, List<StoredObject>> snapshot() {
        return new TreeMap<>(versions);
    }
}
