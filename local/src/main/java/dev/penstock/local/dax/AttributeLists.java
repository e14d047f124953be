package dev.penstock.local.dax;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Numbers for lists of attribute names: an item travels as such a number and its values in the order of the names.
 *
 * <p>A number is derived from the names alone, so that it means the same after a restart, on another node and after it
 * was forgotten here; it is never reused. Of all lists ever seen, the most recently used ones are kept, in a file too
 * where there is one. Threadsafe.
 */
final class AttributeLists implements AutoCloseable {
    /** Names in the order of the values; {@code id} is what travels. */
    record AttributeList(long id, List<String> names) {}

    private static final AttributeList EMPTY = new AttributeList(1, List.of());
    /** Numbers stay below 2^48: a JavaScript number holds them exactly. */
    private static final int ID_BITS = 48;

    private static final int OVERHEAD = 64;

    private final long capacity;
    private final Map<Long, AttributeList> lists = new LinkedHashMap<>(64, 0.75f, true);
    private long size;

    private final @Nullable AttributeListFile file;

    /** @param capacity bytes of names kept, about; at least the newest list always is */
    AttributeLists(long capacity) {
        this.capacity = capacity;
        this.file = null;
    }

    /**
     * Lists that outlive this process.
     *
     * @throws UncheckedIOException when the file can't be opened
     */
    AttributeLists(long capacity, Path path) {
        this.capacity = capacity;
        try {
            this.file = AttributeListFile.open(path, capacity, names -> remember(new AttributeList(id(names), names)));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "attribute lists of DAX can't be kept in " + path + ": " + e.getMessage(), e);
        }
    }

    /** The list of these names in their order, which is the order the client sends its values in. */
    AttributeList define(List<String> names) {
        return names.isEmpty() ? EMPTY : touch(new AttributeList(id(names), List.copyOf(names)));
    }

    /** The list of an item's names without its key. */
    AttributeList define(Set<String> names, KeySchema schema) {
        TreeSet<String> sorted = new TreeSet<>(names);
        sorted.removeIf(schema::isKey);
        return define(List.copyOf(sorted));
    }

    /** Makes a list known again that may have been forgotten while a cached item still refers to it. */
    AttributeList touch(AttributeList list) {
        if (list.id() == EMPTY.id()) {
            return EMPTY;
        }
        synchronized (lists) {
            AttributeList known = lists.get(list.id());
            if (known != null) {
                return known;
            }
            remember(list);
            if (file != null) {
                file.append(list, lists.values());
            }
            return list;
        }
    }

    private void remember(AttributeList list) {
        synchronized (lists) {
            if (lists.put(list.id(), list) == null) {
                size += weight(list);
            }
            var eldest = lists.values().iterator();
            while (size > capacity && lists.size() > 1) {
                size -= weight(eldest.next());
                eldest.remove();
            }
        }
    }

    Optional<AttributeList> find(long id) {
        if (id == EMPTY.id()) {
            return Optional.of(EMPTY);
        }
        synchronized (lists) {
            return Optional.ofNullable(lists.get(id));
        }
    }

    int count() {
        synchronized (lists) {
            return lists.size();
        }
    }

    @Override
    public void close() {
        synchronized (lists) {
            if (file != null) {
                file.close();
            }
        }
    }

    private static long weight(AttributeList list) {
        return OVERHEAD
                + list.names().stream()
                        .mapToLong(name -> OVERHEAD + name.length())
                        .sum();
    }

    private static long id(List<String> names) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String name : names) {
                byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
                digest.update(ByteBuffer.allocate(Integer.BYTES)
                        .putInt(0, utf8.length)
                        .array());
                digest.update(utf8);
            }
            long id = ByteBuffer.wrap(digest.digest()).getLong() >>> (Long.SIZE - ID_BITS);
            return Math.max(id, EMPTY.id() + 1);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
