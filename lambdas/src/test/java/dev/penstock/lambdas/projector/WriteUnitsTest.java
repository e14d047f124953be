package dev.penstock.lambdas.projector;

import static dev.penstock.lambdas.testing.ShopItems.usage;
import static dev.penstock.lambdas.testing.ShopItems.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Measure;
import dev.penstock.lambdas.catalog.OnExpiry;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.tables.TableNames;
import dev.penstock.lambdas.testing.FaultyClient;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * What an event costs, by AWS's rules: a transactional write of up to 1 KB is 2 write units, a plain one is 1, and so is each of
 * the reads here, whose answers are small. Keys are 200, with frequencies by Zipf's law.
 */
class WriteUnitsTest {
    private static final int KEYS = 200;

    @ParameterizedTest
    @ValueSource(ints = {100, 1_000})
    void contributionModeCostsTwoUnitsPerItemAndGroup(int batchSize) {
        Aggregate perFeature = Aggregate.named("PerFeature", "UsageEvents")
                .groupBy("feature")
                .measure(Measure.count("events"), Measure.sum("durationMs", "durationMs"))
                .onExpiry(OnExpiry.RETRACT)
                .build();
        Cost cost = new Cost();
        int groups = measure(perFeature, batchSize, cost);
        double perEvent = 2.0 * cost.transacted.get() / batchSize;
        double calls = (double) cost.calls.get() / batchSize;
        System.out.printf("contribution, batch %d: %.3f WCU and %.4f calls per event%n", batchSize, perEvent, calls);
        assertTrue(perEvent <= 1.05 * 2 * (batchSize + groups) / batchSize, perEvent + " WCU per event");
        assertTrue(calls <= 0.05, calls + " calls per event");
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 1_000})
    void windowedModeCostsOneUnitPerGroup(int batchSize) {
        Aggregate perFeature = Aggregate.named("PerFeature", "UsageEvents")
                .groupBy("feature")
                .measure(Measure.count("events"), Measure.sum("durationMs", "durationMs"))
                .windowed()
                .build();
        Cost cost = new Cost();
        int groups = measure(perFeature, batchSize, cost);
        int units = cost.plain.get() + cost.reads.get();
        System.out.printf(
                "windowed, batch %d: %.3f units and calls per event%n", batchSize, (double) units / batchSize);
        assertEquals(groups, cost.plain.get());
        assertEquals(0, cost.transacted.get());
        assertTrue(units <= 1.05 * groups, units + " units for " + groups + " groups");
        assertTrue(cost.plain.get() <= 0.2 * batchSize || batchSize < 1_000, cost.plain + " calls");
    }

    private static int measure(Aggregate aggregate, int batchSize, Cost cost) {
        Catalog catalog = new Catalog(
                List.of(ChaosCatalog.ORDERS, ChaosCatalog.USAGE),
                List.of(),
                List.of(aggregate),
                ChaosCatalog.catalog().consumers());
        try (Shop shop = new Shop(catalog)) {
            Random random = new Random(42);
            Set<String> groups = new HashSet<>();
            for (int i = 0; i < batchSize; i++) {
                String feature = "f" + zipf(random);
                groups.add(feature);
                shop.usage.put(with(usage("e" + i, feature, 10, 5), "userId", Value.string("u" + i % 7)));
            }
            List<DynamodbStreamRecord> batch = shop.usage.records();
            // Written once in the life of a view or an aggregate, so it is no cost of an event.
            new Declarations(shop.client(), new TableNames("")).hold(catalog, "UsageEvents");
            shop.use(FaultyClient.wrap(shop.client(), new FaultyClient.Around() {}, request -> {
                cost.count(request);
                return request;
            }));
            assertEquals(List.of(), shop.deliver("shard", batch).getBatchItemFailures());
            int calls = cost.calls.get();
            int transacted = cost.transacted.get();
            int plain = cost.plain.get();
            int reads = cost.reads.get();
            assertEquals(List.of(), shop.deliver("shard", batch).getBatchItemFailures());
            shop.assertExact();
            cost.calls.set(calls);
            cost.transacted.set(transacted);
            cost.plain.set(plain);
            cost.reads.set(reads);
            return groups.size();
        }
    }

    private static int zipf(Random random) {
        double harmonic = 0;
        for (int i = 1; i <= KEYS; i++) {
            harmonic += 1.0 / i;
        }
        double at = random.nextDouble() * harmonic;
        for (int i = 1; i <= KEYS; i++) {
            at -= 1.0 / i;
            if (at <= 0) {
                return i;
            }
        }
        return KEYS;
    }

    private static final class Cost {
        private final AtomicInteger calls = new AtomicInteger();
        private final AtomicInteger transacted = new AtomicInteger();
        private final AtomicInteger plain = new AtomicInteger();
        private final AtomicInteger reads = new AtomicInteger();

        private void count(Object request) {
            calls.incrementAndGet();
            if (request instanceof TransactWriteItemsRequest transaction) {
                transacted.addAndGet(transaction.transactItems().size());
            } else if (request instanceof UpdateItemRequest) {
                plain.incrementAndGet();
            } else {
                reads.incrementAndGet();
            }
        }
    }
}
