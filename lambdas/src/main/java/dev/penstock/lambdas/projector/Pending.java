package dev.penstock.lambdas.projector;

import dev.penstock.lambdas.catalog.Effect;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.stream.Guard;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An item on its way from what its control row remembers to its goal; confined to one thread. */
final class Pending {
    final Map<String, Value> key;
    final Goal goal;
    final Instant time;
    /** The item is gone from its source, so its control row is a tombstone that expires, unless something survives. */
    final boolean removed;
    /** Sequence numbers to answer with when the item can't be written now; empty in a rebuild. */
    final List<String> sequenceNumbers;

    /** Written only while the control row has this very guard: a rebuild, which must not overtake the stream. */
    final boolean rebuild;

    Guard guard;
    Remembered before;
    Expected expected;
    private final Set<List<Object>> written = new HashSet<>();

    Pending(
            Map<String, Value> key,
            Goal goal,
            Guard guard,
            Remembered before,
            Expected expected,
            Instant time,
            boolean removed,
            boolean rebuild,
            List<String> sequenceNumbers) {
        this.key = key;
        this.goal = goal;
        this.guard = guard;
        this.before = before;
        this.expected = expected;
        this.time = time;
        this.removed = removed;
        this.rebuild = rebuild;
        this.sequenceNumbers = sequenceNumbers;
    }

    /** The same item, wanted in no view and no aggregate. */
    Pending withoutEffects() {
        return new Pending(key, Goal.NOTHING, guard, before, expected, time, removed, rebuild, sequenceNumbers);
    }

    List<Action> actions(List<Effect> effects) {
        return goal.actions(effects, before, written);
    }

    /** A part of the way is done. */
    void advance(Step step, Remembered reached, Guard at) {
        for (Action action : step.actions()) {
            if (action instanceof Action.PutRow put) {
                written.add(List.of(put.table(), put.keyValues()));
            }
        }
        before = reached;
        expected = new Expected.Exactly(at);
    }

    /** The control row held something else than expected. */
    void settle(ControlRow stored) {
        before = stored.remembered();
        expected = stored.exists() ? new Expected.Exactly(stored.guard()) : new Expected.Absent();
        written.clear();
    }
}
