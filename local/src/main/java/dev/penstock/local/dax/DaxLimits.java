package dev.penstock.local.dax;

import java.time.Duration;

/**
 * What clients can take of a server, all nodes together where it says memory.
 *
 * @param connections open connections per node; a further one is closed at once
 * @param requestBytes the largest request; DynamoDB's own largest is 16 MB
 * @param requestMemory bytes held in requests that have not fully arrived
 * @param answerMemory bytes held in large answers that their clients have not taken
 * @param attributeListBytes bytes of attribute names kept for clients to refer to
 * @param idle how long a connection may stay without a request
 * @param transfer how long one request may take to arrive, and one answer to leave
 */
public record DaxLimits(
        int connections,
        int requestBytes,
        long requestMemory,
        long answerMemory,
        long attributeListBytes,
        Duration idle,
        Duration transfer) {
    private static final int MIB = 1 << 20;

    public DaxLimits {
        if (connections < 1
                || requestBytes < 1
                || requestMemory < 0
                || answerMemory < 0
                || attributeListBytes < 0
                || !idle.isPositive()
                || !transfer.isPositive()) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }

    public static DaxLimits defaults() {
        return new DaxLimits(
                10_000, 20 * MIB, 32 * MIB, 24 * MIB, 8 * MIB, Duration.ofMinutes(10), Duration.ofSeconds(30));
    }

    public DaxLimits withTimes(Duration idleTime, Duration transferTime) {
        return new DaxLimits(
                connections, requestBytes, requestMemory, answerMemory, attributeListBytes, idleTime, transferTime);
    }

    public DaxLimits withAttributeListBytes(long bytes) {
        return new DaxLimits(connections, requestBytes, requestMemory, answerMemory, bytes, idle, transfer);
    }

    public DaxLimits withMemory(long requests, long answers) {
        return new DaxLimits(connections, requestBytes, requests, answers, attributeListBytes, idle, transfer);
    }

    public DaxLimits withConnections(int open) {
        return new DaxLimits(open, requestBytes, requestMemory, answerMemory, attributeListBytes, idle, transfer);
    }
}
