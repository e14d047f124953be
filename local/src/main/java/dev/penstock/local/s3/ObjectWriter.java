package dev.penstock.local.s3;

import dev.penstock.local.gateway.AwsError;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes one new version of an object: its content to a file first, checked against the checksums that came with it,
 * then into the bucket's index.
 */
final class ObjectWriter {
    private final Bucket bucket;
    private final String key;
    private final long now;
    private Map<String, String> headers = Map.of();
    private Map<String, String> metadata = Map.of();
    private Map<String, String> tags = Map.of();
    private ChecksumAlgorithm algorithm = ChecksumAlgorithm.CRC64NVME;
    private Consumer<@Nullable StoredObject> condition = current -> {};
    private Expected expected = new Expected(null, () -> null);

    /**
     * @param md5 base64, or {@code null}
     * @param checksum asked after the content is read, since it may trail it
     */
    record Expected(@Nullable String md5, Supplier<@Nullable String> checksum) {}

    ObjectWriter(Bucket bucket, String key, long now) {
        this.bucket = bucket;
        this.key = key;
        this.now = now;
    }

    ObjectWriter headers(Map<String, String> given) {
        headers = given;
        return this;
    }

    ObjectWriter metadata(Map<String, String> given) {
        metadata = given;
        return this;
    }

    ObjectWriter tags(Map<String, String> given) {
        tags = given;
        return this;
    }

    ObjectWriter checksum(ChecksumAlgorithm given) {
        algorithm = given;
        return this;
    }

    /** @param given sees the current version, {@code null} if none, and throws to refuse */
    ObjectWriter condition(Consumer<@Nullable StoredObject> given) {
        condition = given;
        return this;
    }

    ObjectWriter expected(Expected given) {
        expected = given;
        return this;
    }

    StoredObject write(InputStream content) {
        return write(content, null, null);
    }

    /** @param etag and checksum what to record instead of the content's own (an object made of parts) */
    StoredObject write(InputStream content, @Nullable String etag, @Nullable String checksum) {
        Path file = bucket.newBlob();
        boolean written = false;
        try {
            Written result = copy(content, file, algorithm);
            check(result);
            StoredObject object = bucket.put(
                    key,
                    condition,
                    versionId -> new StoredObject(
                            key,
                            versionId,
                            result.size(),
                            etag == null ? result.etag() : etag,
                            now,
                            headers,
                            metadata,
                            tags,
                            algorithm.name(),
                            checksum == null ? result.checksum() : checksum,
                            file.getFileName().toString()));
            written = true;
            return object;
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot write " + bucket.name() + "/" + key, failed);
        } finally {
            if (!written) {
                file.toFile().delete();
            }
        }
    }

    /**
     * @param etag hexadecimal MD5
     * @param checksum base64
     */
    record Written(long size, String etag, String checksum) {
        String md5() {
            return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(etag));
        }
    }

    static Written copy(InputStream content, Path file, ChecksumAlgorithm algorithm) throws IOException {
        MessageDigest md5 = ChecksumAlgorithm.newDigest("MD5");
        ChecksumAlgorithm.Sum sum = algorithm.start();
        long size = 0;
        byte[] buffer = new byte[1 << 16];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
                out.write(buffer, 0, count);
                md5.update(buffer, 0, count);
                sum.update(buffer, count);
                size += count;
            }
        }
        return new Written(size, HexFormat.of().formatHex(md5.digest()), sum.base64());
    }

    private void check(Written written) {
        check(written, expected, algorithm);
    }

    static void check(Written written, Expected expected, ChecksumAlgorithm algorithm) {
        if (expected.md5() != null && !expected.md5().equals(written.md5())) {
            throw new AwsError(400, "BadDigest", "The Content-MD5 you specified did not match what we received.");
        }
        String checksum = expected.checksum().get();
        if (checksum != null && !checksum.equals(written.checksum())) {
            throw new AwsError(
                    400, "BadDigest", "The " + algorithm + " you specified did not match the calculated checksum.");
        }
    }
}
