package dev.penstock.lambdas.operations;

import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * How far the comparison of a drill is, and what it found.
 *
 * @param file the next data file of the export to be compared
 * @param item the next item in it, counted from 0
 * @param compared items of the export that were compared so far
 * @param differing items that the restored table has otherwise
 * @param missing items that it lacks
 * @param counted items of the restored table that were counted so far: after all were compared
 * @param scanned the key up to which they were counted; empty: none was, or all were
 * @param extra items that only the restored table has: known when all are counted
 */
record DrillProgress(
        int file,
        long item,
        long compared,
        long differing,
        long missing,
        long counted,
        Map<String, AttributeValue> scanned,
        long extra) {
    static final DrillProgress NONE = new DrillProgress(0, 0, 0, 0, 0, 0, Map.of(), 0);

    DrillProgress {
        scanned = Map.copyOf(scanned);
    }

    long differences() {
        return differing + missing + extra;
    }

    DrillProgress and(long items, long moreDiffering, long moreMissing) {
        return new DrillProgress(
                file,
                item + items,
                compared + items,
                differing + moreDiffering,
                missing + moreMissing,
                counted,
                scanned,
                extra);
    }

    DrillProgress nextFile() {
        return new DrillProgress(file + 1, 0, compared, differing, missing, counted, scanned, extra);
    }

    DrillProgress counted(long items, Map<String, AttributeValue> upTo) {
        return new DrillProgress(file, item, compared, differing, missing, counted + items, upTo, extra);
    }

    /** When all are counted. What was found and is gone since is a difference too. */
    DrillProgress whole() {
        long others = Math.abs(counted - (compared - missing));
        return new DrillProgress(file, item, compared, differing, missing, counted, scanned, others);
    }
}
