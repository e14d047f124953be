package dev.penstock.local.journal;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The items of any tables as they were at a time T, read from the newest checkpoint and the changes between it and T;
 * the engine is not asked. Exact though writes go on: what is read was opened at once, and neither a later checkpoint
 * nor trimming takes it away.
 *
 * <p>With a checkpoint of position P: a key that changed in (P, T] has its last image there, or is gone; a key that
 * changed in (T, P] has the old image of its first change there; any other is as the checkpoint has it. So the cost is
 * the tables wanted plus the changes between P and T. In memory are the keys that changed, not the items. Not
 * threadsafe.
 */
public final class Past implements AutoCloseable {
    private final @Nullable ItemFile checkpoint;
    private final long position;
    private final List<Segment> segments;
    private final long time;

    /** @param segments from P or T on, whichever is earlier, as far as they were written */
    Past(@Nullable ItemFile checkpoint, long position, List<Segment> segments, long time) {
        this.checkpoint = checkpoint;
        this.position = position;
        this.segments = segments;
        this.time = time;
    }

    /** Takes an item. */
    public interface Visitor {
        void item(int table, Map<String, AttributeValue> item);
    }

    /**
     * Visits each item once, in no order.
     *
     * @param tables the key of a table by its number; {@code null} for those that are not wanted
     */
    public void items(IntFunction<@Nullable KeyNames> tables, Visitor visitor) {
        stored(tables, (table, item) -> visitor.item(table, item.item()));
    }

    void stored(IntFunction<@Nullable KeyNames> tables, ItemFile.Visitor visitor) {
        Readers readers = new Readers(tables);
        ChangedKeys changed = changed(readers);
        if (checkpoint != null) {
            Encoder key = new Encoder(64);
            checkpoint.items(readers::isWanted, (table, item) -> {
                if (changed.size() == 0 || !changed.contains(readers.key(table, item, key))) {
                    visitor.item(table, item);
                }
            });
        }
        if (changed.size() > 0) {
            images(changed.numbers(), visitor);
        }
    }

    private boolean isForward() {
        return position <= time;
    }

    private ChangedKeys changed(Readers readers) {
        ChangedKeys changed = new ChangedKeys();
        Encoder key = new Encoder(64);
        frames((committed, payload) -> Frame.walk(payload, (index, table, change) -> {
            KeyReader reader = readers.of(table);
            if (reader != null) {
                Frame.toImages(change);
                key.clear();
                reader.read(change, key);
                if (isForward()) {
                    changed.putLast(key, committed + index);
                } else {
                    changed.putFirst(key, committed + index);
                }
            }
        }));
        return changed;
    }

    /** Visits the image after each of these changes, or before it when T lies before the checkpoint. */
    private void images(long[] numbers, ItemFile.Visitor visitor) {
        int[] next = {0};
        frames((committed, payload) -> {
            if (next[0] < numbers.length && numbers[next[0]] < committed + Frame.count(payload)) {
                Frame.walk(payload, (index, table, change) -> {
                    if (next[0] < numbers.length && numbers[next[0]] == committed + index) {
                        next[0]++;
                        image(table, change, visitor);
                    }
                });
            }
        });
    }

    private void image(int table, Decoder change, ItemFile.Visitor visitor) {
        int from = change.position();
        ByteBuffer plain = isForward() ? Frame.plainAfter(change) : null;
        if (plain != null) {
            visitor.item(table, new Stored.Bytes(plain));
            return;
        }
        change.moveTo(from);
        Change whole = Frame.decodeChange(table, change);
        Map<String, AttributeValue> image = isForward() ? whole.after() : whole.before();
        if (image != null) {
            visitor.item(table, new Stored.Whole(image));
        }
    }

    private interface FrameVisitor {
        void frame(long committed, ByteBuffer payload);
    }

    /** The frames committed after the earlier of T and P, up to the later. */
    private void frames(FrameVisitor visitor) {
        long after = Math.min(position, time);
        long upTo = Math.max(position, time);
        for (Segment segment : segments) {
            segment.scanFrom(after + 1, (offset, payload) -> {
                long committed = Frame.committed(payload);
                if (committed > after && committed <= upTo) {
                    visitor.frame(committed, payload);
                }
                return committed <= upTo;
            });
        }
    }

    /** The key readers of the tables that are wanted. */
    private static final class Readers {
        private final IntFunction<@Nullable KeyNames> names;
        private final Map<Integer, KeyReader> known = new HashMap<>();

        Readers(IntFunction<@Nullable KeyNames> names) {
            this.names = names;
        }

        @Nullable
        KeyReader of(int table) {
            return known.computeIfAbsent(table, number -> {
                KeyNames found = names.apply(number);
                return found == null ? null : new KeyReader(number, found);
            });
        }

        boolean isWanted(int table) {
            return of(table) != null;
        }

        Encoder key(int table, Stored item, Encoder key) {
            key.clear();
            KeyReader reader = of(table);
            if (reader != null && item instanceof Stored.Bytes(ByteBuffer bytes)) {
                reader.read(new Decoder(bytes.duplicate()), key);
            }
            return key;
        }
    }

    @Override
    public void close() {
        segments.forEach(Segment::close);
        if (checkpoint != null) {
            checkpoint.close();
        }
    }
}
