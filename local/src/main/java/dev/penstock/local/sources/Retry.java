package dev.penstock.local.sources;

import java.time.Duration;

/**
 * MaximumRetryAttempts: how often a failed batch is invoked again, and how long to wait before. A throttle uses up no
 * attempt, nor does the split of a batch.
 *
 * @param maximumAttempts 0 to 10,000, or -1 for as long as the records live
 * @param firstPause before the first retry; doubled for each further one, up to {@code longestPause}
 */
record Retry(int maximumAttempts, Duration firstPause, Duration longestPause) {
    /** Whether no retry is left after this many. */
    boolean isExhausted(int retries) {
        return maximumAttempts >= 0 && retries >= maximumAttempts;
    }

    /** How long to wait after this many failures in a row, 1 or more. */
    Duration pause(int failures) {
        Duration pause = firstPause;
        for (int i = 1; i < failures && pause.compareTo(longestPause) < 0; i++) {
            pause = pause.multipliedBy(2);
        }
        return pause.compareTo(longestPause) < 0 ? pause : longestPause;
    }
}
