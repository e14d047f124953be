package dev.penstock.local.regions;

import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether there is an order of the operations on one item that keeps the order in which they followed each other in real
 * time, and in which each answers what the ones before it make it answer (the search of Wing and Gong, with the states
 * that were seen remembered).
 */
final class Linearizability {
    private final List<Operation> operations;
    private final Set<State> seen = new HashSet<>();

    /** What was asked, and what was answered. */
    sealed interface Kind {
        /** Put, or delete when there is no value. */
        record Write(@Nullable String value) implements Kind {}

        record Read(@Nullable String answer) implements Kind {}

        /** Put if the item has a value; {@code done}: it had. */
        record Swap(@Nullable String expected, String value, boolean done) implements Kind {}
    }

    /**
     * An operation that was answered.
     *
     * @param asked when, on a clock that counts asking and answering
     */
    record Operation(Kind kind, long asked, long answered) {}

    private record State(BitSet done, @Nullable String value) {}

    private Linearizability(List<Operation> operations) {
        this.operations = operations;
    }

    static boolean holds(List<Operation> operations) {
        return new Linearizability(operations).search(new BitSet(), null);
    }

    private boolean search(BitSet done, @Nullable String value) {
        if (done.cardinality() == operations.size()) {
            return true;
        }
        if (!seen.add(new State((BitSet) done.clone(), value))) {
            return false;
        }
        long firstAnswer = Long.MAX_VALUE;
        for (int i = done.nextClearBit(0); i < operations.size(); i = done.nextClearBit(i + 1)) {
            firstAnswer = Math.min(firstAnswer, operations.get(i).answered());
        }
        for (int i = done.nextClearBit(0); i < operations.size(); i = done.nextClearBit(i + 1)) {
            Operation next = operations.get(i);
            if (next.asked() < firstAnswer && fits(next.kind(), value)) {
                done.set(i);
                if (search(done, after(next.kind(), value))) {
                    return true;
                }
                done.clear(i);
            }
        }
        return false;
    }

    private static boolean fits(Kind kind, @Nullable String value) {
        return switch (kind) {
            case Kind.Write ignored -> true;
            case Kind.Read(String answer) -> Objects.equals(answer, value);
            case Kind.Swap(String expected, String ignored, boolean done) -> Objects.equals(expected, value) == done;
        };
    }

    private static @Nullable String after(Kind kind, @Nullable String value) {
        return switch (kind) {
            case Kind.Write(String written) -> written;
            case Kind.Read ignored -> value;
            case Kind.Swap(String ignored, String written, boolean done) -> done ? written : value;
        };
    }
}
