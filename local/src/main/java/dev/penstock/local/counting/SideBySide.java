package dev.penstock.local.counting;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import dev.penstock.local.counting.UsageStream.Shard;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Lets strategies count the same kind of stream, and then delivers parts of it again in the ways that Lambda does. */
final class SideBySide {
    private final DynamoDbClient client;
    private final long seed;

    SideBySide(DynamoDbClient client, long seed) {
        this.client = client;
        this.seed = seed;
    }

    /**
     * What a strategy did.
     *
     * @param unitsPerEvent write and read units
     * @param groupsPerEvent distinct features per batch, per event: what windowed mode has to pay at least
     * @param eventsPerSecond of the first delivery
     * @param exact before and after everything was delivered again
     */
    record Result(
            String strategy,
            int shards,
            int batchSize,
            int events,
            double unitsPerEvent,
            double groupsPerEvent,
            double callsPerEvent,
            double eventsPerSecond,
            boolean exactAtFirst,
            boolean exact) {}

    /** Counts so many batches in each shard, with fresh tables. */
    Result run(Strategy strategy, int shards, int batches, int batchSize) {
        CatalogTables.recreate(client, strategy.tables());
        String source = strategy instanceof Projected projected ? projected.source() : "Events";
        List<Shard> stream = new UsageStream(source, seed).shards(shards, batches, batchSize);
        Map<String, List<Long>> expected = UsageStream.totals(stream);
        var meter = new Meter();
        DynamoDbClient metered = meter.wrap(client);
        Strategy.Function function = strategy.start(metered);
        meter.reset();
        long started = System.nanoTime();
        stream.forEach(shard -> shard.batches().forEach(batch -> function.handle(shard.id(), batch)));
        double seconds = (System.nanoTime() - started) / 1e9;
        int events = shards * batches * batchSize;
        double units = (double) meter.units() / events;
        double calls = (double) meter.calls() / events;
        boolean atFirst = totals(strategy).equals(expected);
        deliverAgain(strategy, stream.getFirst(), meter, metered);
        return new Result(
                strategy.name(),
                shards,
                batchSize,
                events,
                units,
                (double) groups(stream) / events,
                calls,
                events / seconds,
                atFirst,
                totals(strategy).equals(expected));
    }

    /**
     * What happens to a batch in Lambda: it comes again whole after a timeout, in halves after a bisect, from its middle
     * on after a partial failure; and, in a stream that goes on, a function dies at its third write.
     */
    private void deliverAgain(Strategy strategy, Shard shard, Meter meter, DynamoDbClient metered) {
        List<DynamodbStreamRecord> batch = shard.batches().getLast();
        int half = batch.size() / 2;
        for (var part : List.of(batch, batch.subList(0, half), batch.subList(half, batch.size()))) {
            meter.dieAfter(2);
            try {
                strategy.start(metered).handle(shard.id(), part);
            } catch (Meter.Death died) {
                meter.live();
            }
            meter.live();
            strategy.start(metered).handle(shard.id(), part);
        }
    }

    /** A crash within a batch that is new, then the batch again: where counting and remembering are two steps, this tells. */
    boolean survivesCrash(Strategy strategy, int batchSize) {
        CatalogTables.recreate(client, strategy.tables());
        String source = strategy instanceof Projected projected ? projected.source() : "Events";
        List<Shard> stream = new UsageStream(source, seed).shards(1, 4, batchSize);
        var meter = new Meter();
        DynamoDbClient metered = meter.wrap(client);
        Shard shard = stream.getFirst();
        int writes = 1;
        for (var batch : shard.batches()) {
            Strategy.Function function = strategy.start(metered);
            meter.dieAfter(writes++);
            try {
                function.handle(shard.id(), batch);
            } catch (Meter.Death died) {
                meter.live();
            }
            meter.live();
            strategy.start(metered).handle(shard.id(), batch);
        }
        return totals(strategy).equals(UsageStream.totals(stream));
    }

    private Map<String, List<Long>> totals(Strategy strategy) {
        Map<String, List<Long>> totals = new TreeMap<>();
        client.scanPaginator(scan -> scan.tableName(strategy.counts()).consistentRead(true))
                .items()
                .forEach(row -> totals.merge(
                        value(row, "feature").s(),
                        List.of(number(row, "events"), number(row, "durationMs")),
                        (a, b) -> List.of(a.getFirst() + b.getFirst(), a.getLast() + b.getLast())));
        return totals;
    }

    private static int groups(List<Shard> stream) {
        int groups = 0;
        for (Shard shard : stream) {
            for (var batch : shard.batches()) {
                var features = new HashSet<String>();
                batch.forEach(record -> features.add(UsageStream.feature(record)));
                groups += features.size();
            }
        }
        return groups;
    }

    private static long number(Map<String, AttributeValue> row, String name) {
        return Long.parseLong(value(row, name).n());
    }

    private static AttributeValue value(Map<String, AttributeValue> row, String name) {
        return Objects.requireNonNull(row.get(name), name);
    }
}
