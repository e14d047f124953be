package dev.penstock.local.backup;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Gives a background task a moment before its request is answered: what is small is then done by the first time a
 * client looks, which spares it the 20 seconds between two looks of an SDK waiter.
 */
final class Patience {
    private static final long MILLIS = 250;

    private Patience() {}

    static void await(Future<?> task) {
        try {
            task.get(MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException goesOn) {
            // The answer does not depend on it.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a background task let an error escape", e);
        }
    }
}
