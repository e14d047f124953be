package dev.penstock.local.store;

import dev.penstock.local.journal.ItemKey;
import dev.penstock.local.streams.ItemSize;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * What can be known of items without asking the engine, since every write passes the gate: the images of those written
 * last, and that a key was never written at all. A write asks for the image before it and so forgets it; once it is
 * done, it tells the image after it. Whatever went wrong in between, the next write then asks the engine.
 *
 * <p>Threadsafe as far as an item's key is locked by whoever asks and tells. Memory is bounded: about 8 MB of images,
 * and 1 MB for a filter of keys, which in a region with more than a million keys tells less and never anything wrong.
 */
final class KnownItems {
    private static final int IMAGES = 4_096;
    private static final long LARGEST_IMAGE = 2_048;
    private static final int FILTER_BITS = 1 << 23;
    private static final int PROBES = 4;

    private final int firstTable;
    private final AtomicLongArray written = new AtomicLongArray(FILTER_BITS / Long.SIZE);
    private final Map<ItemKey, Known> images = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ItemKey, Known> eldest) {
            return size() > IMAGES;
        }
    };

    /** The image of an item; null when there is no such item. */
    record Known(@Nullable Map<String, AttributeValue> image) {
        static final Known ABSENT = new Known(null);
    }

    /** @param firstTable the lowest number of a table of which all writes are told, from its first on */
    KnownItems(int firstTable) {
        this.firstTable = firstTable;
    }

    /** Takes out what is known of an item that is about to be written; null when the engine must be asked. */
    @Nullable
    Known take(ItemKey key) {
        Known known;
        synchronized (images) {
            known = images.remove(key);
        }
        boolean isNew = key.table() >= firstTable && markWritten(key);
        return known == null && isNew ? Known.ABSENT : known;
    }

    /** What an item has become. */
    void became(ItemKey key, @Nullable Map<String, AttributeValue> image) {
        markWritten(key);
        if (image == null || ItemSize.of(image) <= LARGEST_IMAGE) {
            synchronized (images) {
                images.put(key, image == null ? Known.ABSENT : new Known(image));
            }
        }
    }

    /** Whether the key was certainly not written before. */
    private boolean markWritten(ItemKey key) {
        long hash = hash(key);
        int step = (int) (hash >>> 32) | 1;
        boolean isNew = false;
        for (int probe = 0, at = (int) hash; probe < PROBES; probe++, at += step) {
            int bit = at & (FILTER_BITS - 1);
            long mask = 1L << bit;
            isNew |= (written.getAndAccumulate(bit / Long.SIZE, mask, (before, more) -> before | more) & mask) == 0;
        }
        return isNew;
    }

    private static long hash(ItemKey key) {
        return mix(mix(mix(0x9E3779B97F4A7C15L ^ key.table(), key.partition()), "\0"), key.sort());
    }

    /** FNV-1a over the characters, with a last step that spreads what it found over all bits. */
    private static long mix(long hash, String text) {
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
        }
        hash ^= hash >>> 32;
        hash *= 0xD6E8FEB86659FD93L;
        return hash ^ hash >>> 32;
    }
}
