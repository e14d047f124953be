package dev.penstock.local.journal;

import dev.penstock.local.clock.Listening;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The append-only log of one region. Whatever is acknowledged stands here, and after a restart everything else is
 * rebuilt from it: the newest checkpoint, then the frames after it.
 *
 * <p>A frame survives the death of the process as soon as {@link #append} returns; with {@code fsync} also a power
 * failure. Threadsafe.
 */
public final class Journal implements AutoCloseable {
    /** How long changes are kept: the longest recovery period of DynamoDB (PITR, RecoveryPeriodInDays). */
    public static final Duration RETENTION = Duration.ofDays(35);

    /** What is asked for at the far end of the window is still there a moment later. */
    private static final Duration KEPT = RETENTION.plusMinutes(1);

    private final Path folder;
    private final InstantSource clock;
    private final Options options;
    private final Registry registry = new Registry(this);
    private final Segments segments;
    private final List<Follower> followers = new CopyOnWriteArrayList<>();
    private final Object forcing = new Object();
    private long forced;
    private long lastLocation;
    private volatile long last;
    /** The newest; guarded by this. */
    private @Nullable Checkpoint checkpoint;

    /** Its size, and that of the frames after it; guarded by this. */
    private long checkpointBytes;

    private long tailBytes;
    private volatile @Nullable JournalFailure failure;

    /**
     * @param segmentBytes a segment that reached this size is followed by a new one
     * @param fsync force each frame to disk before its request is answered; requests that come together share one force
     */
    public record Options(int segmentBytes, boolean fsync, Faults faults) {
        public static final Options DEFAULT = new Options(64 << 20, false, Faults.NONE);

        /** The same, but with each change on the disk itself before it is acknowledged, or not. */
        public Options withFsync(boolean isForced) {
            return new Options(segmentBytes, isForced, faults);
        }
    }

    private Journal(Path folder, InstantSource clock, Options options) {
        this.folder = folder;
        this.clock = clock;
        this.options = options;
        this.segments = new Segments(folder, options);
    }

    /**
     * Opens the journal in a folder, cutting a frame that a crash tore at its end.
     *
     * @throws UncheckedIOException when the folder can't be read or written
     */
    public static Journal open(Path folder, InstantSource clock, Options options) {
        Journal journal = new Journal(folder, clock, options);
        try {
            Files.createDirectories(folder);
            journal.recover();
            return journal;
        } catch (IOException e) {
            journal.close();
            throw new UncheckedIOException("cannot open the journal in " + folder, e);
        } catch (RuntimeException e) {
            journal.close();
            throw e;
        }
    }

    private void recover() throws IOException {
        for (Path half : Checkpoint.files(folder, ".tmp")) {
            Files.deleteIfExists(half);
        }
        checkpoint = Checkpoint.newest(folder);
        if (checkpoint != null) {
            last = checkpoint.position();
            try (ItemFile file = ItemFile.open(checkpoint.file())) {
                checkpointBytes = file.bytes();
                file.documents(document -> registry.apply(List.of(document)));
            }
        }
        segments.recover();
        segments.scan(last + 1, (location, payload) -> {
            long committed = Frame.committed(payload);
            if (committed > last) {
                registry.apply(Frame.documents(payload));
                last = committed + Math.max(Frame.count(payload), 1) - 1;
                tailBytes += payload.limit();
            }
            return true;
        });
    }

    /** The named documents; kept in this log. */
    public Registry registry() {
        return registry;
    }

    /** The number of the last change (or frame without changes); 0 when there is none yet. */
    public long last() {
        return last;
    }

    /**
     * Numbers nothing at or below {@code number} from now on: who has seen a write of another region writes after it,
     * whatever the clocks say.
     */
    public synchronized void observe(long number) {
        last = Math.max(last, number);
    }

    /** From now on this follower is told every frame that holds changes, until what is returned is closed. */
    public Listening follow(Follower follower) {
        followers.add(follower);
        return () -> followers.remove(follower);
    }

    /**
     * Appends what one request did: all of it or nothing.
     *
     * @return the changes with their numbers; empty when only documents were appended
     * @throws JournalFailure when it can't be written; nothing can be written from then on
     */
    public List<Entry> append(List<Change> changes, List<Document> documents) {
        ByteBuffer frame = Frame.encode(changes, documents);
        List<Entry> entries;
        synchronized (this) {
            long committed = write(frame, Math.max(changes.size(), 1));
            registry.apply(documents);
            entries = new Frame(committed, changes, documents).entries();
            if (!entries.isEmpty()) {
                long location = lastLocation;
                followers.forEach(follower -> follower.appended(entries, location));
            }
        }
        if (options.fsync()) {
            force(last);
        }
        if (!entries.isEmpty()) {
            followers.forEach(follower -> follower.wake(entries));
        }
        return entries;
    }

    private long write(ByteBuffer frame, int numbers) {
        if (failure != null) {
            throw failure;
        }
        try {
            long committed = Math.max(last + 1, Micros.of(clock.instant()));
            Frame.stamp(frame, committed);
            int length = frame.limit();
            if (options.faults().reached(Faults.Point.TORN_FRAME)) {
                frame.limit(frame.limit() / 2);
            }
            lastLocation = segments.append(frame, committed);
            if (frame.limit() < length) {
                throw new IOException("half of the frame was written");
            }
            last = committed + numbers - 1;
            tailBytes += length;
            return committed;
        } catch (IOException e) {
            failure = new JournalFailure("cannot append to the journal in " + folder + "; the runtime stops", e);
            throw failure;
        }
    }

    /** One thread forces for all who wait: whoever gets the turn later finds its frame on disk already. */
    private void force(long upTo) {
        synchronized (forcing) {
            if (forced >= upTo) {
                return;
            }
            long reached = last;
            try {
                segments.force();
            } catch (IOException e) {
                failure = new JournalFailure("cannot force the journal in " + folder + " to disk", e);
                throw failure;
            }
            forced = reached;
        }
    }

    /** The changes of the frame that a {@link Follower} was told about. */
    public List<Entry> read(long location) {
        return segments.read(location);
    }

    /**
     * Visits the changes of some tables in order, those with {@code after < number <= upTo}, until the visitor answers
     * false.
     */
    public void changes(IntPredicate tables, long after, long upTo, Predicate<Entry> visitor) {
        segments.scan(after + 1, (location, payload) -> {
            if (Frame.committed(payload) > upTo) {
                return false;
            }
            for (Entry entry : Frame.decodeEntries(payload, tables)) {
                boolean wanted = entry.number() > after && entry.number() <= upTo;
                if (wanted && !visitor.test(entry)) {
                    return false;
                }
            }
            return true;
        });
    }

    /** Lets a new follower of some tables catch up: visits the frames whose commit time is {@code from} or later. */
    public void replay(long from, IntPredicate tables, Follower follower) {
        segments.scan(from, (location, payload) -> {
            List<Entry> entries = Frame.decodeEntries(payload, tables);
            if (!entries.isEmpty()) {
                follower.appended(entries, location);
            }
            return true;
        });
    }

    /**
     * After this returns every change committed at that time or before stands in the journal, and none will be added.
     *
     * @param time in microseconds; one that is still to come counts as now
     */
    public void settle(long time) {
        observe(Math.min(time, Micros.of(clock.instant())));
    }

    /** Opens what it takes to see the items as of a time, in microseconds: changes committed then are in. */
    public Past past(long time) {
        List<Segment> readers = List.of();
        try {
            // Neither a new checkpoint nor trimming comes in between.
            synchronized (this) {
                long position = checkpoint == null ? 0 : checkpoint.position();
                readers = segments.readers(Math.min(position, time) + 1);
                ItemFile items = checkpoint == null ? null : ItemFile.open(checkpoint.file());
                return new Past(items, position, readers, time);
            }
        } catch (IOException | RuntimeException e) {
            readers.forEach(Segment::close);
            throw e instanceof RuntimeException failure
                    ? failure
                    : new IllegalStateException("cannot read the journal in " + folder, e);
        }
    }

    /** Where more items of a checkpoint come from. */
    public interface MoreItems {
        void forEach(Past.Visitor sink);

        /** All items are in the journal. */
        MoreItems NONE = sink -> {};
    }

    /** As {@link #checkpoint(IntFunction, MoreItems, Runnable)}, without a rest and of nothing else. */
    public void checkpoint(IntFunction<@Nullable KeyNames> tables) {
        checkpoint(tables, MoreItems.NONE, () -> {});
    }

    /**
     * Makes a new checkpoint of the last one and all changes since, as bytes; the engine is not asked.
     *
     * @param tables the key of a table by its number; items of others are left out
     * @param more items that no frame tells of
     * @param between run after each item: may rest
     */
    public void checkpoint(IntFunction<@Nullable KeyNames> tables, MoreItems more, Runnable between) {
        long position;
        List<Document> documents;
        long before;
        synchronized (this) {
            position = last;
            documents = registry.snapshot();
            before = tailBytes;
        }
        Checkpoint next = Checkpoint.at(folder, position);
        try (Past past = past(position)) {
            ItemFile.writeFrames(next.file(), frames -> {
                frames.documents(documents);
                options.faults().reached(Faults.Point.CHECKPOINT);
                past.stored(tables, (table, item) -> {
                    frames.item(table, item);
                    between.run();
                });
                more.forEach(frames::item);
            });
            synchronized (this) {
                checkpoint = next;
                tailBytes -= before;
                checkpointBytes = Files.size(next.file());
            }
            next.deleteOlder(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the checkpoint " + next.file(), e);
        }
    }

    /**
     * Whether the changes since the last checkpoint are so many that a new one pays: more than it has itself, so that
     * writing checkpoints takes no more than a fixed part of all writing, and a start reads no more than twice the data.
     *
     * @param patience true only when there are so many times more
     */
    public synchronized boolean isCheckpointDue(int patience) {
        return tailBytes >= patience * Math.max(options.segmentBytes() / 4, checkpointBytes);
    }

    /** Deletes segments that hold nothing younger than {@link #RETENTION} and that no recovery needs. */
    public synchronized void trim() {
        try {
            long needed = checkpoint == null ? 0 : checkpoint.position();
            segments.trim(Math.min(needed, Micros.of(clock.instant().minus(KEPT))));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot trim the journal in " + folder, e);
        }
    }

    @Override
    public void close() {
        segments.close();
    }
}
