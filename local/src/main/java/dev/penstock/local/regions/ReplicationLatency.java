package dev.penstock.local.regions;

import java.time.Duration;

/** Learns how long changes take from one region to another. Called by the links' threads, so it is quick. */
@FunctionalInterface
public interface ReplicationLatency {
    /**
     * A change has arrived.
     *
     * @param from region of the write
     * @param to receiving region
     * @param age from the write to its arrival, on the runtime's clock
     */
    void arrived(String table, String from, String to, Duration age);

    /** Nobody wants to know. */
    static ReplicationLatency none() {
        return (table, from, to, age) -> {};
    }
}
