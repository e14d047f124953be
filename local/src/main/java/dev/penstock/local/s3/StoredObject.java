package dev.penstock.local.s3;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One version of an object, or a delete marker.
 *
 * @param versionId the string {@code null} when the bucket was not versioned
 * @param modified epoch milliseconds
 * @param etag without quotes
 * @param headers standard headers it is served with: content-type, cache-control...
 * @param metadata the user's, names without {@code x-amz-meta-}
 * @param checksumAlgorithm as in the header's name; empty for none
 * @param checksum base64, with {@code -PARTS} if it is a checksum of checksums
 * @param blob the name of the file with its content; {@code null} for a delete marker
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record StoredObject(
        String key,
        String versionId,
        long size,
        String etag,
        long modified,
        Map<String, String> headers,
        Map<String, String> metadata,
        Map<String, String> tags,
        String checksumAlgorithm,
        String checksum,
        @Nullable String blob) {

    public StoredObject {
        headers = headers == null ? Map.of() : Map.copyOf(headers);
        metadata = metadata == null ? Map.of() : Map.copyOf(metadata);
        tags = tags == null ? Map.of() : Map.copyOf(tags);
        etag = etag == null ? "" : etag;
        checksumAlgorithm = checksumAlgorithm == null ? "" : checksumAlgorithm;
        checksum = checksum == null ? "" : checksum;
    }

    /** True for the mark that a delete leaves in a versioned bucket. */
    @JsonIgnore
    public boolean isDeleteMarker() {
        return blob == null;
    }

    /** When it was put. */
    @JsonIgnore
    public Instant lastModified() {
        return Instant.ofEpochMilli(modified);
    }

    /** COMPOSITE for a checksum of the parts' checksums, else FULL_OBJECT. */
    @JsonIgnore
    String checksumType() {
        return checksum.contains("-") ? "COMPOSITE" : "FULL_OBJECT";
    }

    StoredObject withTags(Map<String, String> newTags) {
        return new StoredObject(
                key, versionId, size, etag, modified, headers, metadata, newTags, checksumAlgorithm, checksum, blob);
    }
}
