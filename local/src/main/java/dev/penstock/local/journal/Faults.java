package dev.penstock.local.journal;

/**
 * Where a rehearsal may make the runtime fail. {@link #NONE} in ordinary life; a crash test kills the process at a
 * chosen point.
 */
@FunctionalInterface
public interface Faults {
    Faults NONE = point -> false;

    /** The moments of a write (and of a checkpoint) at which a crash leaves something different behind. */
    enum Point {
        /** Keys are locked, the engine has not been asked yet. */
        BEFORE_COMMIT,
        /** The engine has the change, the journal does not. */
        BEFORE_APPEND,
        /** Half of the frame is in the file. */
        TORN_FRAME,
        /** The journal has the change, the caller does not know. */
        BEFORE_ANSWER,
        /** A checkpoint is half written. */
        CHECKPOINT
    }

    /** Called when a point is reached; may kill the process. True asks for a torn frame, where that is possible. */
    boolean reached(Point point);
}
