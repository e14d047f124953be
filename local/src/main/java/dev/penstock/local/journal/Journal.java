package dev.penstock.local.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The append-only log of one region. Whatever is acknowledged stands here, and after a restart everything else is
 * rebuilt from it: newest {@linkplain Checkpoint checkpoint}, then the frames after it.
 *
 * <p>A frame survives the death of the process as soon as {@link #append} returns; with {@code fsync} also a power
 * failure. Threadsafe.
 */
public final class Journal implements AutoCloseable {
    /** How long changes are kept: the longest recovery period of DynamoDB (PITR, RecoveryPeriodInDays). */
    public static final Duration RETENTION = Duration.ofDays(35);

    private static final int OFFSET_BITS = 40;

    private final Path folder;
    private final InstantSource clock;
    private final Options options;
    private final Registry registry = new Registry(this);
    private final ConcurrentSkipListMap<Integer, Segment> segments = new ConcurrentSkipListMap<>();
    private final List<Follower> followers = new CopyOnWriteArrayList<>();
    private final Object forcing = new Object();
    private long forced;
    private long lastOffset;
    private volatile long last;
    private @Nullable Checkpoint checkpoint;
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
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open the journal in " + folder, e);
        }
        return journal;
    }

    private void recover() throws IOException {
        for (Path half : Checkpoint.files(folder, ".tmp")) {
            Files.deleteIfExists(half);
        }
        checkpoint = Checkpoint.newest(folder);
        if (checkpoint != null) {
            last = checkpoint.position();
            checkpoint.forEach(frame -> registry.apply(frame.documents()));
        }
        List<Path> files = Checkpoint.files(folder, ".log");
        for (int i = 0; i < files.size(); i++) {
            Segment segment = Segment.recover(files.get(i), i == files.size() - 1);
            segments.put(segment.id, segment);
        }
        scan(last + 1, (location, payload) -> {
            if (Frame.committed(payload) > last) {
                Frame frame = Frame.decode(payload);
                registry.apply(frame.documents());
                last = frame.last();
            }
            return true;
        });
    }

    /** The checkpoint this journal was opened from; {@code null} if there was none. */
    public @Nullable Checkpoint openedFrom() {
        return checkpoint;
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

    /** From now on this follower is told every frame that holds changes, until the returned handle is closed. */
    public AutoCloseable follow(Follower follower) {
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
                long location = location(segments.lastEntry().getValue(), lastOffset);
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
            Segment segment = writable(committed);
            int length = frame.limit();
            if (options.faults().reached(Faults.Point.TORN_FRAME)) {
                frame.limit(frame.limit() / 2);
            }
            lastOffset = segment.append(frame, committed);
            if (frame.limit() < length) {
                throw new IOException("half of the frame was written");
            }
            last = committed + numbers - 1;
            return committed;
        } catch (IOException e) {
            failure = new JournalFailure("cannot append to the journal in " + folder + "; the runtime stops", e);
            throw failure;
        }
    }

    private Segment writable(long first) throws IOException {
        var newest = segments.lastEntry();
        if (newest != null && newest.getValue().end() < options.segmentBytes()) {
            return newest.getValue();
        }
        if (newest != null && options.fsync()) {
            newest.getValue().force();
        }
        Segment segment = Segment.create(folder, newest == null ? 1 : newest.getKey() + 1, first);
        segments.put(segment.id, segment);
        return segment;
    }

    /** One thread forces for all who wait: whoever gets the turn later finds its frame on disk already. */
    private void force(long upTo) {
        synchronized (forcing) {
            if (forced >= upTo) {
                return;
            }
            long reached = last;
            try {
                segments.lastEntry().getValue().force();
            } catch (IOException e) {
                failure = new JournalFailure("cannot force the journal in " + folder + " to disk", e);
                throw failure;
            }
            forced = reached;
        }
    }

    /** The changes of the frame that a {@link Follower} was told about. */
    public List<Entry> read(long location) {
        Segment segment = segments.get((int) (location >>> OFFSET_BITS));
        if (segment == null) {
            return List.of();
        }
        return Frame.decodeEntries(segment.read(location & ((1L << OFFSET_BITS) - 1)), table -> true);
    }

    /**
     * Visits the changes of some tables in order, those with {@code after < number <= upTo}, until the visitor answers
     * false.
     */
    public void changes(IntPredicate tables, long after, long upTo, Predicate<Entry> visitor) {
        scan(after + 1, (location, payload) -> {
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

    /** Lets a new follower catch up: visits the frames whose commit time is {@code from} or later. */
    public void replay(long from, Follower follower) {
        scan(from, (location, payload) -> {
            List<Entry> entries = Frame.decodeEntries(payload, table -> true);
            if (!entries.isEmpty()) {
                follower.appended(entries, location);
            }
            return true;
        });
    }

    private void scan(long from, Segment.Visitor visitor) {
        AtomicBoolean more = new AtomicBoolean(true);
        List<Segment> all = List.copyOf(segments.values());
        for (int i = 0; i < all.size() && more.get(); i++) {
            Segment segment = all.get(i);
            boolean allBefore = i + 1 < all.size() && all.get(i + 1).first <= from;
            if (!allBefore) {
                segment.scanFrom(from, (offset, payload) -> {
                    more.set(visitor.visit(location(segment, offset), payload));
                    return more.get();
                });
            }
        }
    }

    private static long location(Segment segment, long offset) {
        return ((long) segment.id << OFFSET_BITS) | offset;
    }

    /** A moment of the journal: documents as of a position. A checkpoint begins with it. */
    synchronized Frame moment() {
        return new Frame(last, List.of(), registry.snapshot());
    }

    /** Deletes segments that hold nothing younger than {@link #RETENTION} and that no recovery needs. */
    public void trim() {
        try {
            Checkpoint newest = Checkpoint.newest(folder);
            long needed = newest == null ? 0 : newest.position();
            long horizon = Math.min(needed, Micros.of(clock.instant().minus(RETENTION)));
            List<Segment> all = List.copyOf(segments.values());
            for (int i = 0; i + 1 < all.size() && all.get(i + 1).first <= horizon; i++) {
                segments.remove(all.get(i).id);
                all.get(i).close();
                Files.deleteIfExists(all.get(i).file());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot trim the journal in " + folder, e);
        }
    }

    Path folder() {
        return folder;
    }

    Faults faults() {
        return options.faults();
    }

    @Override
    public void close() {
        segments.values().forEach(Segment::close);
    }
}
