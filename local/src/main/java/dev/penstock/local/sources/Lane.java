package dev.penstock.local.sources;

import dev.penstock.local.functions.Invocation;
import dev.penstock.local.sources.OnFailureDestination.Condition;
import dev.penstock.local.sources.OnFailureDestination.Failure;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One of the up to ten lanes of a shard: has at most one batch under way, and retries, splits or gives it up before it
 * takes the next. Records are offered by one thread and worked on by another; {@link #doWork} is for one thread only.
 */
final class Lane {
    private final MappingSettings settings;
    private final String shardId;
    private final Ports ports;
    private final ResultListener results;
    private final EventJson json;
    private final Progress progress;
    private final Batcher batcher;
    private final Retry retry;
    private final MaximumRecordAge age;
    private final Bisect bisect;
    private final PartialBatch partialBatch;
    private final OnFailureDestination destination;
    private final @Nullable TumblingWindow window;

    /** Guarded by itself. */
    private final Deque<EventRecord> queue = new ArrayDeque<>();

    private final Deque<Attempt> pending = new ArrayDeque<>();
    private volatile Instant readUntil = Instant.MIN;
    private volatile boolean shardEnded;
    private volatile Duration pause = Duration.ZERO;
    private volatile boolean busy;
    private int failuresInARow;

    /** What a lane works with. */
    record Parts(Ports ports, Retry retry, ResultListener results) {}

    /** Learns Lambda's text for the last processing result. */
    @FunctionalInterface
    interface ResultListener {
        void result(String text);
    }

    /**
     * A batch and what befell it.
     *
     * @param isFinal the last invocation of a tumbling window, which has no records
     */
    private record Attempt(List<EventRecord> records, int invocations, int retries, boolean isFinal) {}

    Lane(
            MappingSettings settings,
            String shardId,
            Parts parts,
            EventJson json,
            Progress progress,
            TumblingWindow.@Nullable Open openWindow) {
        this.settings = settings;
        this.shardId = shardId;
        this.ports = parts.ports();
        this.results = parts.results();
        this.json = json;
        this.progress = progress;
        this.batcher = new Batcher(settings.batchSize(), Duration.ofSeconds(settings.maximumBatchingWindowInSeconds()));
        this.retry = parts.retry();
        this.age = new MaximumRecordAge(settings.maximumRecordAgeInSeconds());
        this.bisect = new Bisect(settings.bisectBatchOnFunctionError());
        this.partialBatch = new PartialBatch(settings.reportBatchItemFailures());
        this.destination = new OnFailureDestination(settings, shardId, ports.destinations());
        this.window = settings.tumblingWindowInSeconds() == 0
                ? null
                : new TumblingWindow(settings.tumblingWindowInSeconds(), openWindow);
        this.busy = openWindow != null;
    }

    void offer(EventRecord record) {
        synchronized (queue) {
            queue.addLast(record);
        }
    }

    /** All records committed before this time have been offered. */
    void readUntil(Instant time) {
        readUntil = time;
    }

    /** No record will be offered any more. */
    void endShard() {
        shardEnded = true;
        readUntil = Instant.MAX;
    }

    int queued() {
        synchronized (queue) {
            return queue.size();
        }
    }

    /** Whether nothing waits and nothing is under way: no batch, no open window. */
    boolean isIdle() {
        return !busy && queued() == 0;
    }

    /** Whether its shard has ended and all is done, so that no step will ever have work. */
    boolean isRetired() {
        return shardEnded && isIdle();
    }

    /** How long to wait before the next step after a failure; zero otherwise. */
    Duration pause() {
        return pause;
    }

    /** When a waiting batch or window becomes due by the clock alone. */
    Optional<Instant> due() {
        synchronized (queue) {
            return batcher.due(queue);
        }
    }

    /** Takes one step: at most one invocation. Returns how many steps it took, 0 or 1. */
    int doWork() throws InterruptedException {
        Instant now = ports.clock().instant();
        if (pending.isEmpty() && !takeBatch(now)) {
            return 0;
        }
        Attempt attempt = pending.getFirst();
        List<EventRecord> expired = age.expired(attempt.records(), now);
        if (!expired.isEmpty()) {
            pending.removeFirst();
            List<EventRecord> rest =
                    attempt.records().subList(expired.size(), attempt.records().size());
            if (!rest.isEmpty()) {
                pending.addFirst(new Attempt(rest, attempt.invocations(), attempt.retries(), false));
            }
            // Recorded on AWS: there is a request id, though there may have been no request.
            String requestId = UUID.randomUUID().toString();
            giveUp(new Failure(expired, Condition.RECORD_AGE_EXCEEDED, requestId, attempt.invocations(), null), now);
        } else {
            invoke(attempt);
        }
        busy = !pending.isEmpty() || (window != null && window.isOpen());
        return 1;
    }

    private boolean takeBatch(Instant now) {
        synchronized (queue) {
            if (window != null) {
                if (window.isOver(queue.peekFirst(), readUntil)) {
                    pending.addFirst(new Attempt(List.of(), 0, 0, true));
                    return true;
                }
                if (!window.isOpen() && !queue.isEmpty()) {
                    window.begin(queue.getFirst());
                }
            }
            List<EventRecord> batch = batcher.take(
                    queue,
                    now,
                    window == null || !window.isOpen()
                            ? EventJson.ENVELOPE_BYTES
                            : json.envelopeBytes(window.frame(false), shardId),
                    record -> window == null || window.contains(record),
                    shardEnded);
            if (batch.isEmpty()) {
                return false;
            }
            // Set while the queue is locked: in between the lane would look idle.
            busy = true;
            pending.addFirst(new Attempt(List.copyOf(batch), 0, 0, false));
            return true;
        }
    }

    private void invoke(Attempt attempt) throws InterruptedException {
        byte[] event = window == null
                ? EventJson.event(attempt.records())
                : json.event(attempt.records(), window.frame(attempt.isFinal()), shardId);
        count("InvokedEventCount", attempt.records().size());
        switch (ports.invoker().invoke(settings.functionArn(), event)) {
            case Invocation.Throttled throttled -> {
                // The batch did not reach the function: no attempt is used up.
                slowDown("PROBLEM: Function call failed");
            }
            case Invocation.FunctionError error -> failed(attempt, 0, false, "Unhandled", error.requestId());
            case Invocation.Success success -> answered(attempt, success);
        }
    }

    private void answered(Attempt attempt, Invocation.Success success) {
        PartialBatch.Result result = partialBatch.evaluate(success.payload(), attempt.records());
        boolean progressed = result.firstFailed() > 0 || attempt.isFinal();
        if (window != null && progressed && !attempt.isFinal() && !window.accept(success.payload())) {
            failed(attempt, 0, false, "Unhandled", success.requestId());
            return;
        }
        if (attempt.isFinal() && window != null) {
            window.end();
        }
        done(attempt.records().subList(0, result.firstFailed()));
        if (result.firstFailed() < attempt.records().size()) {
            failed(attempt, result.firstFailed(), result.isValid(), null, success.requestId());
        } else {
            pending.removeFirst();
            failuresInARow = 0;
            pause = Duration.ZERO;
            results.result("OK");
        }
    }

    private void failed(
            Attempt attempt, int firstFailed, boolean isReported, @Nullable String functionError, String requestId) {
        pending.removeFirst();
        int invocations = attempt.invocations() + 1;
        List<EventRecord> records = attempt.records();
        List<EventRecord> rest = records.subList(firstFailed, records.size());
        count("FailedInvokeEventCount", rest.size());
        List<List<EventRecord>> split = bisect.split(records, firstFailed, isReported);
        slowDown("PROBLEM: Function call failed");
        if (attempt.isFinal()) {
            // A window that can't be closed holds its shard.
            pending.addFirst(new Attempt(rest, invocations, attempt.retries(), true));
        } else if (!split.isEmpty()) {
            for (List<EventRecord> part : split.reversed()) {
                pending.addFirst(new Attempt(part, invocations, attempt.retries(), false));
            }
        } else if (retry.isExhausted(attempt.retries())) {
            giveUp(
                    new Failure(rest, Condition.RETRY_ATTEMPTS_EXHAUSTED, requestId, invocations, functionError),
                    ports.clock().instant());
        } else {
            pending.addFirst(new Attempt(rest, invocations, attempt.retries() + 1, false));
        }
    }

    private void slowDown(String result) {
        failuresInARow++;
        pause = retry.pause(failuresInARow);
        results.result(result);
    }

    private void giveUp(Failure failure, Instant now) {
        try {
            destination.send(failure, now);
            count(
                    destination.isSet() ? "OnFailureDestinationDeliveredEventCount" : "DroppedEventCount",
                    failure.records().size());
        } catch (RuntimeException e) {
            System.getLogger(Lane.class.getName())
                    .log(
                            System.Logger.Level.ERROR,
                            "a failed batch of " + settings.functionName() + " could not be sent to "
                                    + settings.onFailureDestination() + ": " + e);
            ports.metrics().ofFunction(settings.functionArn(), "DestinationDeliveryFailures", 1, "Count");
            count("DroppedEventCount", failure.records().size());
        }
        failuresInARow = 0;
        pause = Duration.ZERO;
        done(failure.records());
    }

    private void done(List<EventRecord> records) {
        if (!records.isEmpty()) {
            Duration lag = Duration.between(
                    records.getLast().committed(), ports.clock().instant());
            ports.metrics()
                    .ofFunction(
                            settings.functionArn(),
                            "IteratorAge",
                            (double) Math.max(0, lag.toMillis()),
                            "Milliseconds");
        }
        synchronized (progress) {
            // Saved under the lock, so that an older checkpoint never follows a newer one.
            progress.end(records);
            BigInteger sequenceNumber = progress.checkpoint();
            ports.checkpoints()
                    .save(
                            settings.uuid(),
                            shardId,
                            new Checkpoint(sequenceNumber, false, window == null ? null : window.open()));
        }
    }

    private void count(String name, int events) {
        if (settings.countsEvents()) {
            ports.metrics().put(name, events, "Count", Map.of("EventSourceMappingUUID", settings.uuid()));
        }
    }
}
