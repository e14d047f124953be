package dev.penstock.lambdas.operations;

/**
 * How far the comparison of a drill is, and what it found.
 *
 * @param file the next data file of the export to be compared
 * @param compared items of the export that were compared so far
 * @param differing items that the restored table has otherwise
 * @param missing items that it lacks
 * @param extra items that only it has: known when all are counted
 */
record DrillProgress(int file, long compared, long differing, long missing, long extra) {
    static final DrillProgress NONE = new DrillProgress(0, 0, 0, 0, 0);

    long differences() {
        return differing + missing + extra;
    }

    DrillProgress and(long items, long moreDiffering, long moreMissing) {
        return new DrillProgress(file, compared + items, differing + moreDiffering, missing + moreMissing, extra);
    }

    DrillProgress nextFile() {
        return new DrillProgress(file + 1, compared, differing, missing, extra);
    }

    /** When the whole table is counted. What was found and is gone since is a difference too. */
    DrillProgress counted(long items) {
        return new DrillProgress(file, compared, differing, missing, Math.abs(items - (compared - missing)));
    }
}
