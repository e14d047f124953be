package dev.penstock.local.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.local.functions.Invocation;
import dev.penstock.local.sources.Faults.Fault;
import dev.penstock.local.streams.StreamRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;

/**
 * The law of a mapping: whatever settings, failures, splits and restarts, each record is delivered at least once, or
 * given up at its destination; and the first delivery of an item's changes is in order.
 */
class DeliveryTest {
    /** Random histories; the system property {@code penstock.tries} raises their number. */
    @Test
    void nothingIsLostAndItemsStayInOrder() throws InterruptedException {
        int histories = Integer.getInteger("penstock.tries", 150);
        for (int seed = 0; seed < histories; seed++) {
            new History(seed).run();
        }
    }

    /** What a test of the law must be able to see: a mapping that checkpoints before it is done loses records. */
    @Test
    void aMappingThatCheckpointsTooEarlyIsCaught() {
        boolean caught = false;
        for (int seed = 0; seed < 50 && !caught; seed++) {
            History history = new History(seed);
            history.skipsAhead = true;
            try {
                history.run();
            } catch (AssertionError e) {
                caught = true;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        assertTrue(caught);
    }

    @Property(tries = 50)
    void sequencesNeverMoveBack(@ForAll long seed) throws InterruptedException {
        History history = new History(seed);
        history.run();
        assertFalse(history.movedBack, "a checkpoint moved back");
    }

    /** One seeded run of a mapping. */
    private static final class History implements Checkpoints {
        private final Random random;
        private final Checkpoints saved = Checkpoints.inMemory();
        private final Harness harness;
        private final Map<String, BigInteger> highest = new HashMap<>();
        private final Set<String> delivered = new HashSet<>();
        private final Map<String, List<BigInteger>> firstDeliveries = new LinkedHashMap<>();
        private final List<StreamRecord> written = new ArrayList<>();
        private final boolean hasRetryLimit;
        private boolean quiet;
        private boolean movedBack;
        private boolean skipsAhead;

        History(long seed) {
            random = new Random(seed);
            hasRetryLimit = random.nextBoolean();
            int factor = random.nextBoolean() ? 1 : 1 + random.nextInt(10);
            int batchSize = 1 + random.nextInt(12);
            boolean bisect = random.nextBoolean();
            boolean report = random.nextBoolean();
            harness = new Harness(this, settings -> {
                settings.batchSize(batchSize)
                        .parallelizationFactor(factor)
                        .bisectBatchOnFunctionError(bisect)
                        .maximumRetryAttempts(hasRetryLimit ? random.nextInt(3) : -1)
                        .destinationConfig(config -> config.onFailure(
                                failure -> failure.destination("arn:aws:sqs:eu-central-1:000000000000:failed")));
                if (report) {
                    Harness.reporting(more -> {}).accept(settings);
                }
            });
            Faults faults = arn -> {
                Fault[] all = Fault.values();
                return quiet || random.nextInt(3) > 0 ? Fault.NONE : all[random.nextInt(all.length)];
            };
            Invoker real = (arn, event) -> apply(event);
            Invoker faulty = new FaultInjection(real, faults, arn -> {});
            harness.always(event -> {
                try {
                    return faulty.invoke(Harness.FUNCTION, event.toString().getBytes(StandardCharsets.UTF_8));
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
        }

        /** The function: fails as a whole, reports a failure, or takes all. What it took counts even so. */
        private Invocation apply(byte[] bytes) {
            JsonNode records;
            try {
                records = Harness.JSON.readTree(bytes).get("Records");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            int stop = quiet || random.nextInt(3) > 0 ? records.size() : random.nextInt(records.size() + 1);
            for (int i = 0; i < stop; i++) {
                take(records.get(i));
            }
            if (stop == records.size()) {
                return Harness.success("{\"batchItemFailures\":[]}");
            }
            boolean reports = harness.mapping().settings().reportBatchItemFailures();
            String failed = records.get(stop).at("/dynamodb/SequenceNumber").asText();
            return reports && random.nextBoolean() ? Harness.success(Harness.failures(failed)) : Harness.error();
        }

        private void take(JsonNode record) {
            String number = record.at("/dynamodb/SequenceNumber").asText();
            if (delivered.add(number)) {
                firstDeliveries
                        .computeIfAbsent(record.at("/dynamodb/Keys/id/S").asText(), id -> new ArrayList<>())
                        .add(new BigInteger(number));
            }
        }

        void run() throws InterruptedException {
            for (int step = 0; step < 120; step++) {
                switch (random.nextInt(12)) {
                    case 0, 1, 2, 3 -> write(1 + random.nextInt(8));
                    case 4 -> {
                        if (random.nextInt(6) == 0) {
                            harness.stream.split();
                        }
                    }
                    case 5 -> {
                        if (random.nextInt(4) == 0) {
                            harness.restart(settings -> {});
                        }
                    }
                    case 6 -> harness.clock.advance(Duration.ofSeconds(1));
                    case 7, 8 -> harness.mapping().doWork();
                    default -> stepALane();
                }
            }
            quiet = true;
            harness.run();
            check();
        }

        private void write(int count) {
            for (int i = 0; i < count; i++) {
                written.add(harness.stream.insert("item-" + random.nextInt(6)));
            }
        }

        private void stepALane() throws InterruptedException {
            List<Lane> lanes = harness.mapping().lanes();
            if (!lanes.isEmpty()) {
                lanes.get(random.nextInt(lanes.size())).doWork();
            }
        }

        private void check() {
            List<Tuple.Tuple2<BigInteger, BigInteger>> givenUp = new ArrayList<>();
            for (int i = 0; i < harness.sent.size(); i++) {
                JsonNode info = harness.sent(i).get("DDBStreamBatchInfo");
                givenUp.add(Tuple.of(
                        new BigInteger(info.get("startSequenceNumber").asText()),
                        new BigInteger(info.get("endSequenceNumber").asText())));
            }
            for (StreamRecord change : written) {
                BigInteger number = change.sequenceNumber();
                boolean isGivenUp = givenUp.stream()
                        .anyMatch(range -> range.get1().compareTo(number) <= 0
                                && range.get2().compareTo(number) >= 0);
                assertTrue(
                        delivered.contains(number.toString()) || isGivenUp,
                        () -> "record " + number + " was neither delivered nor given up");
            }
            if (!hasRetryLimit) {
                assertEquals(List.of(), givenUp, "without a limit nothing is given up");
                firstDeliveries.forEach((item, numbers) -> assertEquals(
                        numbers.stream().sorted().toList(), numbers, () -> item + " was delivered out of order"));
            }
        }

        @Override
        public Optional<Checkpoint> load(String mappingUuid, String shardId) {
            return saved.load(mappingUuid, shardId);
        }

        @Override
        public void save(String mappingUuid, String shardId, Checkpoint checkpoint) {
            BigInteger before = highest.getOrDefault(shardId, BigInteger.ZERO);
            movedBack |= checkpoint.sequenceNumber().compareTo(before) < 0;
            highest.put(shardId, checkpoint.sequenceNumber());
            Checkpoint kept = checkpoint;
            if (skipsAhead && checkpoint.sequenceNumber().signum() > 0) {
                kept = new Checkpoint(checkpoint.sequenceNumber().add(BigInteger.TWO), checkpoint.isShardDone(), null);
            }
            saved.save(mappingUuid, shardId, kept);
        }

        @Override
        public void delete(String mappingUuid) {
            saved.delete(mappingUuid);
        }
    }
}
