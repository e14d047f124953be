package dev.penstock.lambdas.diversion;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import dev.penstock.lambdas.stream.Guard;
import dev.penstock.lambdas.stream.ItemChange;
import dev.penstock.lambdas.stream.MalformedRecordException;
import dev.penstock.lambdas.stream.StreamRecords;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The readable changes of an invocation, in order; what is malformed was diverted at once. Not threadsafe.
 */
public final class Batch {
    private static final Comparator<String> NUMERIC = Comparator.comparing(Guard::padded);

    private final List<ItemChange> changes = new ArrayList<>();
    private final List<StreamRecords.Place> malformed = new ArrayList<>();
    private final IdentityHashMap<ItemChange, DynamodbStreamRecord> records = new IdentityHashMap<>();
    private final TreeSet<String> failed = new TreeSet<>(NUMERIC);
    private final Diversion diversion;

    private Batch(Diversion diversion) {
        this.diversion = diversion;
    }

    /**
     * Reads all records.
     *
     * @throws IllegalStateException when a record without a sequence number can't be diverted, so that only the whole
     *     batch can be delivered again
     */
    public static Batch read(@Nullable List<DynamodbStreamRecord> given, Diversion diversion) {
        Batch batch = new Batch(diversion);
        for (DynamodbStreamRecord record : given == null ? List.<DynamodbStreamRecord>of() : given) {
            try {
                ItemChange change = StreamRecords.read(record);
                batch.changes.add(change);
                batch.records.put(change, record);
            } catch (MalformedRecordException malformed) {
                batch.divert(record, String.valueOf(malformed.getMessage()));
                StreamRecords.place(record).ifPresent(batch.malformed::add);
            }
        }
        return batch;
    }

    public List<ItemChange> changes() {
        return changes;
    }

    /** Where the malformed records stand in their stream, of those that tell. */
    public List<StreamRecords.Place> malformed() {
        return malformed;
    }

    public boolean isEmpty() {
        return changes.isEmpty();
    }

    /** Diverts a change; when that can't be done now, the batch ends before it. */
    public void divert(ItemChange change, String reason) {
        DynamodbStreamRecord record = records.get(change);
        if (record == null) {
            throw new IllegalArgumentException("the change is not of this batch: " + change.eventId());
        }
        divert(record, reason);
    }

    private void divert(DynamodbStreamRecord record, String reason) {
        try {
            diversion.divert(record, reason);
        } catch (RuntimeException unavailable) {
            String sequence =
                    record.getDynamodb() == null ? null : record.getDynamodb().getSequenceNumber();
            if (sequence == null || sequence.isEmpty()) {
                throw new IllegalStateException(
                        "a record without a sequence number could not be diverted: " + reason, unavailable);
            }
            failed.add(sequence);
        }
    }

    /** This change could not be applied now. */
    public void failed(String sequenceNumber) {
        failed.add(sequenceNumber);
    }

    /** Lowest sequence number that could not be applied: everything from it on is delivered again. */
    public @Nullable String lowestFailed() {
        return failed.isEmpty() ? null : failed.first();
    }

    /** For a log line: where everything is delivered again from; empty when nothing is. */
    public Map<String, String> again() {
        String lowest = lowestFailed();
        if (lowest == null) {
            return Map.of();
        }
        // None for a record that could be neither read nor diverted.
        String event = changes.stream()
                .filter(change -> change.sequenceNumber().equals(lowest))
                .map(ItemChange::eventId)
                .findFirst()
                .orElse("");
        return Map.of("sequenceNumber", lowest, "eventId", event);
    }

    /** The answer to Lambda, with {@code ReportBatchItemFailures} switched on. */
    public StreamsEventResponse response() {
        String lowest = lowestFailed();
        List<StreamsEventResponse.BatchItemFailure> failures =
                lowest == null ? List.of() : List.of(new StreamsEventResponse.BatchItemFailure(lowest));
        return new StreamsEventResponse(failures);
    }
}
