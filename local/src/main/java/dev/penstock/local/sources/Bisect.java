package dev.penstock.local.sources;

import java.util.List;

/**
 * BisectBatchOnFunctionError: a failed batch is retried in two halves, so that in the end a bad record stands alone. A
 * split uses up no retry.
 *
 * @param isOn the setting
 */
record Bisect(boolean isOn) {
    /**
     * The parts to retry, in order: two halves after an error of the whole batch; what is left as one part after a
     * reported failure, for the function itself named where to split; nothing when there is nothing to split.
     *
     * @param firstFailed index in {@code batch}
     * @param isReported whether the function named the failed record
     */
    List<List<EventRecord>> split(List<EventRecord> batch, int firstFailed, boolean isReported) {
        int size = batch.size();
        if (!isOn || size < 2) {
            return List.of();
        }
        if (isReported) {
            return firstFailed == 0 ? List.of() : List.of(batch.subList(firstFailed, size));
        }
        return List.of(batch.subList(0, size / 2), batch.subList(size / 2, size));
    }
}
