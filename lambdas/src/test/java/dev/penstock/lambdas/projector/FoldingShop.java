package dev.penstock.lambdas.projector;

import static dev.penstock.lambdas.testing.ShopItems.usage;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.item.Value;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A shop whose usage events are counted through shards as needed, for what becomes of their rows. */
abstract class FoldingShop extends ShopTest {
    static final Duration LONG = Folding.HORIZON.plusSeconds(2);

    private int events;

    /** One event of the feature, through a shard of its own. */
    List<DynamodbStreamRecord> counted(String shard, String feature, long durationMs) {
        shop.usage.put(usage("e" + events++, feature, 10, durationMs));
        List<DynamodbStreamRecord> batch = List.of(shop.usage.last());
        shop.deliver(shard, batch);
        return batch;
    }

    void throughShards(int shards, String feature) {
        for (int i = 0; i < shards; i++) {
            counted(feature + i, feature, 10 + i);
        }
    }

    Set<String> lanes(String feature) {
        return shop.rows("LongestUsage").stream()
                .filter(row -> row.get("feature").equals(Value.string(feature)))
                .map(row -> ((Value.S) row.get(Aggregate.LANE)).value())
                .collect(Collectors.toSet());
    }

    static String lane(String shard) {
        return WindowedWriter.lane(Shop.LABEL, shard);
    }

    Aggregate longest() {
        return aggregate("LongestUsage");
    }

    Aggregate aggregate(String name) {
        return shop.catalog.aggregates().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
