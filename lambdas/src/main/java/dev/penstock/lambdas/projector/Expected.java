package dev.penstock.lambdas.projector;

import dev.penstock.lambdas.stream.Guard;

/** What the control row must hold for a transaction to go through. */
sealed interface Expected {
    /** Fast path, nothing read: an older guard, and what the stream's old image would have put there. */
    record OlderWithOldImage() implements Expected {}

    /** Exactly this guard, as it was read. */
    record Exactly(Guard guard) implements Expected {}

    /** No control row, as it was read. */
    record Absent() implements Expected {}
}
