package dev.penstock.local.journal;

/** A sparse time index of one segment: every so many bytes, which commit time stands at which offset. Threadsafe. */
final class Marks {
    private static final int SPACING = 64 << 10;

    private final Longs times = new Longs();
    private final Longs offsets = new Longs();

    /** Called for frames in order; frames that were seen already are ignored. */
    synchronized void add(long committed, long offset) {
        if (offsets.size() == 0 || offset >= offsets.get(offsets.size() - 1) + SPACING) {
            times.add(committed);
            offsets.add(offset);
        }
    }

    /** The offset of a frame that is not after {@code time}, or of the first frame. */
    synchronized long before(long time) {
        int at = times.firstFrom(time) - 1;
        return at < 0 ? 0 : offsets.get(at);
    }
}
