package dev.penstock.local.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.penstock.local.wire.Xml;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.BucketLifecycleConfiguration;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.LifecycleExpiration;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.LifecycleRuleFilter;
import software.amazon.awssdk.services.s3.model.NoncurrentVersionExpiration;
import software.amazon.awssdk.services.s3.model.Tag;

/**
 * Applies the lifecycle configurations of buckets: expires objects, removes noncurrent versions and lonely delete
 * markers, aborts stale uploads. Transitions to other storage classes have no local effect.
 *
 * <p>A period of days ends at the midnight (UTC) after it (Amazon S3 User Guide, "Lifecycle rules: based on an
 * object's age").
 */
public final class Lifecycle {
    private final ObjectStore store;

    public Lifecycle(ObjectStore store) {
        this.store = store;
    }

    /** Does what is due now; returns how many objects, versions and uploads were removed. */
    public int sweep() {
        int removed = 0;
        for (Bucket bucket : store.buckets()) {
            String document = bucket.configuration("lifecycle").orElse("");
            if (!document.isEmpty()) {
                var configuration = BucketLifecycleConfiguration.builder();
                Xml.read(document.getBytes(UTF_8), configuration);
                for (LifecycleRule rule : configuration.build().rules()) {
                    if (rule.status() == ExpirationStatus.ENABLED) {
                        removed += apply(bucket, rule);
                    }
                }
            }
        }
        return removed;
    }

    private int apply(Bucket bucket, LifecycleRule rule) {
        int removed = 0;
        for (Map.Entry<String, List<StoredObject>> entry : bucket.snapshot().entrySet()) {
            List<StoredObject> versions = entry.getValue();
            if (matches(rule, versions.getFirst())) {
                removed += expireCurrent(bucket, rule.expiration(), versions);
                removed += expireNoncurrent(bucket, rule.noncurrentVersionExpiration(), versions);
            }
        }
        return removed + abortUploads(bucket, rule);
    }

    private int expireCurrent(Bucket bucket, @Nullable LifecycleExpiration expiration, List<StoredObject> versions) {
        StoredObject current = versions.getFirst();
        if (expiration == null) {
            return 0;
        }
        if (current.isDeleteMarker()) {
            boolean isLonely = versions.size() == 1 && Boolean.TRUE.equals(expiration.expiredObjectDeleteMarker());
            return isLonely
                            && bucket.deleteVersion(current.key(), current.versionId())
                                    .isPresent()
                    ? 1
                    : 0;
        }
        boolean byAge = expiration.days() != null && isOver(current.modified(), expiration.days());
        boolean byDate = expiration.date() != null && expiration.date().toEpochMilli() <= store.now();
        if (byAge || byDate) {
            bucket.delete(current.key(), store.now());
            return 1;
        }
        return 0;
    }

    private int expireNoncurrent(
            Bucket bucket, @Nullable NoncurrentVersionExpiration expiration, List<StoredObject> versions) {
        if (expiration == null || expiration.noncurrentDays() == null) {
            return 0;
        }
        int kept = Optional.ofNullable(expiration.newerNoncurrentVersions()).orElse(0);
        int removed = 0;
        for (int i = 1 + kept; i < versions.size(); i++) {
            // A version is noncurrent since the next newer one was put.
            if (isOver(versions.get(i - 1).modified(), expiration.noncurrentDays())) {
                StoredObject version = versions.get(i);
                removed +=
                        bucket.deleteVersion(version.key(), version.versionId()).isPresent() ? 1 : 0;
            }
        }
        return removed;
    }

    private int abortUploads(Bucket bucket, LifecycleRule rule) {
        if (rule.abortIncompleteMultipartUpload() == null) {
            return 0;
        }
        int days = rule.abortIncompleteMultipartUpload().daysAfterInitiation();
        List<Uploads.Upload> stale = store.uploads().of(bucket.name()).stream()
                .filter(upload -> upload.key().startsWith(prefix(rule)) && isOver(upload.initiated(), days))
                .toList();
        stale.forEach(store.uploads()::abort);
        return stale.size();
    }

    private boolean isOver(long start, int days) {
        Instant end = Instant.ofEpochMilli(start).plus(Duration.ofDays(days));
        Instant midnight = end.truncatedTo(ChronoUnit.DAYS);
        Instant due = midnight.equals(end) ? end : midnight.plus(Duration.ofDays(1));
        return due.toEpochMilli() <= store.now();
    }

    @SuppressWarnings("deprecation") // rules of the older form still have their prefix outside a filter
    private static String prefix(LifecycleRule rule) {
        LifecycleRuleFilter filter = rule.filter();
        String prefix = filter == null
                ? rule.prefix()
                : filter.and() == null ? filter.prefix() : filter.and().prefix();
        return prefix == null ? "" : prefix;
    }

    private static boolean matches(LifecycleRule rule, StoredObject object) {
        if (!object.key().startsWith(prefix(rule))) {
            return false;
        }
        LifecycleRuleFilter filter = rule.filter();
        if (filter == null) {
            return true;
        }
        List<Tag> tags =
                filter.and() != null ? filter.and().tags() : filter.tag() == null ? List.of() : List.of(filter.tag());
        return tags.stream().allMatch(tag -> tag.value().equals(object.tags().get(tag.key())));
    }
}
