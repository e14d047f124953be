package dev.penstock.local.counting;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import com.amazonaws.services.lambda.runtime.events.models.dynamodb.AttributeValue;
import com.amazonaws.services.lambda.runtime.events.models.dynamodb.StreamRecord;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;

/**
 * A stream of usage events over shards: each event is an item of its own, and one of {@value #KEYS} features by Zipf's
 * law. The same seed gives the same stream.
 */
final class UsageStream {
    /** Features. */
    static final int KEYS = 200;

    private static final long FIRST_SEQUENCE = 100_000_000_000_000_000L;

    private final Random random;
    private final double[] upTo = new double[KEYS];
    private final String arn;
    private int events;

    UsageStream(String table, long seed) {
        this.random = new Random(seed);
        this.arn = "arn:aws:dynamodb:us-east-1:000000000000:table/" + table + "/stream/2026-11-22T09:00:00.000";
        double sum = 0;
        for (int i = 0; i < KEYS; i++) {
            sum += 1.0 / (i + 1);
            upTo[i] = sum;
        }
    }

    /** Batches of one shard, in order. */
    record Shard(String id, List<List<DynamodbStreamRecord>> batches) {}

    /** So many batches in each of so many shards. */
    List<Shard> shards(int count, int batches, int batchSize) {
        List<Shard> shards = new ArrayList<>();
        for (int shard = 0; shard < count; shard++) {
            List<List<DynamodbStreamRecord>> all = new ArrayList<>();
            for (int batch = 0; batch < batches; batch++) {
                List<DynamodbStreamRecord> records = new ArrayList<>();
                for (int i = 0; i < batchSize; i++) {
                    records.add(event());
                }
                all.add(records);
            }
            shards.add(new Shard("shardId-%020d-%08x".formatted(shard, shard), all));
        }
        return shards;
    }

    @SuppressWarnings("JavaUtilDate") // the type of the stream clients' model
    private DynamodbStreamRecord event() {
        int number = events++;
        Map<String, AttributeValue> item = new HashMap<>();
        item.put("tenantDay", new AttributeValue().withS("acme#2026-11-22"));
        item.put("eventId", new AttributeValue().withS("e%09d".formatted(number)));
        item.put("feature", new AttributeValue().withS("feature-" + zipf()));
        item.put("durationMs", new AttributeValue().withN(Integer.toString(1 + random.nextInt(900))));
        DynamodbStreamRecord record = new DynamodbStreamRecord();
        record.setEventID("%032x".formatted(number));
        record.setEventName("INSERT");
        record.setEventVersion("1.1");
        record.setEventSource("aws:dynamodb");
        record.setEventSourceARN(arn);
        record.setDynamodb(new StreamRecord()
                .withKeys(Map.of("tenantDay", item.get("tenantDay"), "eventId", item.get("eventId")))
                .withNewImage(item)
                .withSequenceNumber(Long.toString(FIRST_SEQUENCE + number))
                .withApproximateCreationDateTime(new Date(1_795_000_000_000L + number)));
        return record;
    }

    private int zipf() {
        double at = random.nextDouble() * upTo[KEYS - 1];
        int key = 0;
        while (upTo[key] < at) {
            key++;
        }
        return key;
    }

    static String feature(DynamodbStreamRecord record) {
        return attribute(record, "feature").getS();
    }

    static long duration(DynamodbStreamRecord record) {
        return Long.parseLong(attribute(record, "durationMs").getN());
    }

    private static AttributeValue attribute(DynamodbStreamRecord record, String name) {
        return Objects.requireNonNull(record.getDynamodb().getNewImage().get(name), name);
    }

    /** What a right count holds: feature to number of events and sum of durations. */
    static Map<String, List<Long>> totals(List<Shard> shards) {
        Map<String, List<Long>> totals = new TreeMap<>();
        shards.forEach(shard -> shard.batches()
                .forEach(batch -> batch.forEach(record -> totals.merge(
                        feature(record),
                        List.of(1L, duration(record)),
                        (a, b) -> List.of(a.getFirst() + b.getFirst(), a.getLast() + b.getLast())))));
        return totals;
    }
}
