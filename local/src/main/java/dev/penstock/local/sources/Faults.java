package dev.penstock.local.sources;

/** Decides what goes wrong. Asked once before each invocation of a mapping; must be threadsafe. */
@FunctionalInterface
public interface Faults {
    Fault next(String functionArn);

    /** Nothing goes wrong. */
    static Faults none() {
        return functionArn -> Fault.NONE;
    }

    /** What can go wrong with an invocation. */
    enum Fault {
        NONE,
        /** Refused before the function saw it. */
        THROTTLE,
        /** The function's JVM dies before it sees the event. */
        CRASH_BEFORE,
        /** The function does its work, then its JVM dies before the answer. */
        CRASH_AFTER,
        /** The function does its work, but its answer comes too late. */
        TIMEOUT_AFTER,
        /** The function gets the event twice; the second answer counts. */
        DUPLICATE
    }
}
