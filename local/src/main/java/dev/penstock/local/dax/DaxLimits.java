package dev.penstock.local.dax;

import java.time.Duration;

/**
 * What clients can take of a server, all nodes together where it says memory. The defaults keep
 * a server within 64 MiB beside its caches, whatever its clients do (MemoryTest).
 *
 * @param connections open connections per node; a further one is closed at once
 * @param requestBytes the largest request; DynamoDB's own largest is 16 MB
 * @param memory bytes for open connections, for requests that have not fully arrived and for answers that their clients have
 *     not taken; what would go beyond it is refused
 * @param attributeListBytes bytes of attribute names kept for clients to refer to
 * @param idle how long a connection may stay without a request
 * @param transfer how long one request may take to arrive, and one answer to leave
 */
public record DaxLimits(
        int connections, int requestBytes, long memory, long attributeListBytes, Duration idle, Duration transfer) {
    private static final int MIB = 1 << 20;

    public DaxLimits {
        if (connections < 1
                || requestBytes < 1
                || memory < 0
                || attributeListBytes < 0
                || !idle.isPositive()
                || !transfer.isPositive()) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }

    public static DaxLimits defaults() {
        return new DaxLimits(10_000, 17 * MIB, 60 * MIB, 4 * MIB, Duration.ofMinutes(10), Duration.ofSeconds(30));
    }

    public DaxLimits withTimes(Duration idleTime, Duration transferTime) {
        return new DaxLimits(connections, requestBytes, memory, attributeListBytes, idleTime, transferTime);
    }

    public DaxLimits withAttributeListBytes(long bytes) {
        return new DaxLimits(connections, requestBytes, memory, bytes, idle, transfer);
    }

    public DaxLimits withMemory(long bytes) {
        return new DaxLimits(connections, requestBytes, bytes, attributeListBytes, idle, transfer);
    }

    public DaxLimits withConnections(int open) {
        return new DaxLimits(open, requestBytes, memory, attributeListBytes, idle, transfer);
    }
}
