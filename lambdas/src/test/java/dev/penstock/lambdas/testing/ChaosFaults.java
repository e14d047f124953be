package dev.penstock.lambdas.testing;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * What happens to the calls of a function: it dies before or after they take effect, they are throttled, conflict, or
 * lose their answer, and other invocations run in between. Nothing happens once it is calm.
 */
public final class ChaosFaults implements FaultyClient.Around {
    private static final int DEEPEST = 3;

    private final Random random;
    private final Runnable inBetween;
    private final Runnable restart;
    private boolean calm;
    private int depth;

    /**
     * @param inBetween another invocation
     * @param restart new execution environments: nothing in memory survives
     */
    public ChaosFaults(Random random, Runnable inBetween, Runnable restart) {
        this.random = random;
        this.inBetween = inBetween;
        this.restart = restart;
    }

    public void calm() {
        calm = true;
    }

    /** Nothing happens meanwhile. */
    public void calmly(Runnable work) {
        boolean before = calm;
        calm = true;
        work.run();
        calm = before;
    }

    /** A function that nobody waits for: when it dies or fails, it is called again some time. */
    public void run(Runnable function) {
        depth++;
        try {
            function.run();
        } catch (FaultyClient.Crash crash) {
            restart.run();
        } catch (SdkException failure) {
            return;
        } finally {
            depth--;
        }
    }

    public boolean isCalm() {
        return calm;
    }

    /** Sequence number from which to deliver again; the first one when the function died. */
    public Optional<String> invoke(
            List<DynamodbStreamRecord> batch, Function<List<DynamodbStreamRecord>, Optional<String>> function) {
        if (batch.isEmpty()) {
            return Optional.empty();
        }
        depth++;
        try {
            return function.apply(batch);
        } catch (FaultyClient.Crash crash) {
            restart.run();
            return Optional.of(batch.getFirst().getDynamodb().getSequenceNumber());
        } catch (SdkException failure) {
            return Optional.of(batch.getFirst().getDynamodb().getSequenceNumber());
        } finally {
            depth--;
        }
    }

    @Override
    public void before(String operation) {
        if (calm) {
            return;
        }
        int choice = random.nextInt(1_000);
        if (choice < 25) {
            throw new FaultyClient.Crash();
        } else if (choice < 50) {
            throw ProvisionedThroughputExceededException.builder()
                    .message("throttled")
                    .build();
        } else if (choice < 90 && operation.equals("transactWriteItems")) {
            throw TransactionCanceledException.builder()
                    .cancellationReasons(CancellationReason.builder()
                            .code("TransactionConflict")
                            .build())
                    .message("conflict")
                    .build();
        } else if (choice < 130 && depth < DEEPEST) {
            inBetween.run();
        }
    }

    @Override
    public void after(String operation) {
        if (calm) {
            return;
        }
        int choice = random.nextInt(1_000);
        if (choice < 30) {
            throw new FaultyClient.Crash();
        } else if (choice < 50 && !operation.equals("transactWriteItems")) {
            // A transaction's lost answer is asked for again by the SDK, under the same client token.
            throw SdkClientException.create("no answer");
        }
    }
}
