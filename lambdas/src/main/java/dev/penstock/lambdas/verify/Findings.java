package dev.penstock.lambdas.verify;

import java.util.ArrayList;
import java.util.List;

/**
 * What a comparison of exports has come to.
 *
 * @param differences that were still there after the stream had passed the time of the exports
 * @param undecided what differed at that time and has been written ever since: another time may tell
 * @param unchecked differences at that time beyond the number that is looked at again
 */
public record Findings(List<Difference> differences, List<Difference> undecided, long unchecked) {
    static final Findings NONE = new Findings(List.of(), List.of(), 0);

    /** Whether everything was compared and nothing differs. */
    public boolean isEmpty() {
        return differences.isEmpty() && undecided.isEmpty() && unchecked == 0;
    }

    /** All of these together. */
    public static Findings of(Iterable<Findings> each) {
        Findings all = NONE;
        for (Findings one : each) {
            all = all.and(one);
        }
        return all;
    }

    Findings and(Findings other) {
        List<Difference> bothDiffer = new ArrayList<>(differences);
        bothDiffer.addAll(other.differences);
        List<Difference> bothUndecided = new ArrayList<>(undecided);
        bothUndecided.addAll(other.undecided);
        return new Findings(bothDiffer, bothUndecided, unchecked + other.unchecked);
    }
}
