package dev.penstock.local.s3;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One page of a bucket's keys: those that start with a prefix, from a key on, rolled up at a delimiter.
 *
 * @param last the last key or common prefix of the page, where the next page goes on; {@code null} when it is empty
 */
record Listing(
        List<StoredObject> objects,
        List<String> commonPrefixes,
        boolean isTruncated,
        @Nullable String last) {

    /**
     * @param after exclusive start, empty for none
     * @param delimiter empty for none
     * @param versions which versions of a key are listed
     */
    static Listing of(
            Bucket bucket,
            String prefix,
            String after,
            String delimiter,
            int maxKeys,
            Function<List<StoredObject>, Stream<StoredObject>> versions) {
        List<StoredObject> objects = new ArrayList<>();
        TreeSet<String> common = new TreeSet<>(Bucket::compareKeys);
        String last = null;
        boolean fromPrefix = Bucket.compareKeys(after, prefix) < 0;
        String skipped = null;
        for (var entry : bucket.from(fromPrefix ? prefix : after, fromPrefix).entrySet()) {
            String key = entry.getKey();
            if (!key.startsWith(prefix)) {
                break;
            }
            int cut = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
            String rolled = cut < 0 ? null : key.substring(0, cut + delimiter.length());
            if (rolled != null && (rolled.equals(skipped) || rolled.equals(after) || common.contains(rolled))) {
                skipped = rolled;
                continue;
            }
            List<StoredObject> shown = versions.apply(entry.getValue()).toList();
            if (shown.isEmpty()) {
                continue;
            }
            if (objects.size() + common.size() >= maxKeys) {
                return new Listing(objects, List.copyOf(common), maxKeys > 0, last);
            }
            if (rolled == null) {
                objects.addAll(shown);
                last = key;
            } else {
                common.add(rolled);
                last = rolled;
            }
        }
        return new Listing(objects, List.copyOf(common), false, last);
    }

    /** The newest version unless it is a delete marker: what an ordinary listing shows. */
    static Stream<StoredObject> current(List<StoredObject> versions) {
        return Stream.of(versions.getFirst()).filter(object -> !object.isDeleteMarker());
    }
}
