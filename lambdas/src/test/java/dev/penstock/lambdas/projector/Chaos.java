package dev.penstock.lambdas.projector;

import static dev.penstock.lambdas.testing.ShopItems.line;
import static dev.penstock.lambdas.testing.ShopItems.order;
import static dev.penstock.lambdas.testing.ShopItems.orderKey;
import static dev.penstock.lambdas.testing.ShopItems.usage;
import static dev.penstock.lambdas.testing.ShopItems.usageKey;
import static dev.penstock.lambdas.testing.ShopItems.with;
import static dev.penstock.lambdas.testing.ShopItems.without;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.testing.FaultyClient;
import dev.penstock.lambdas.verify.Difference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * One random history, the same for the same seed: inserts, changes, moves, deletes, expiries and poison in two source
 * tables, delivered with duplicates, lost answers, crashes before and after commits, throttles, conflicts, overlapping
 * invocations, discarded batches and late redrives, through shards that are split and merged. At the end everything
 * that is still to be delivered is delivered, and views and aggregates are compared with a recomputation.
 */
final class Chaos implements FaultyClient.Around {
    private static final String[] STATUSES = {"NEW", "PAID", "SHIPPED", "CANCELLED"};
    private static final String[] PRODUCTS = {"p1", "p2", "p3", "p#4", "p%5"};
    private static final String[] FEATURES = {"search", "export", "login"};

    private final Random random;
    private final Shop shop;
    private final Breakage breakage;
    private final Stream orders;
    private final Stream usage;
    private final List<List<DynamodbStreamRecord>> discarded = new ArrayList<>();
    private boolean calm;
    private int depth;
    private int events;
    private int nextUsage;

    private Chaos(Shop shop, long seed, Breakage breakage) {
        this.shop = shop;
        this.random = new Random(seed);
        this.breakage = breakage;
        this.orders = new Stream(1 + random.nextInt(4));
        this.usage = new Stream(1 + random.nextInt(3));
    }

    /** What is left different after a history of so many steps, with this safeguard broken. */
    static List<Difference> differences(long seed, int steps, Breakage breakage) {
        try (Shop shop = new Shop()) {
            Chaos chaos = new Chaos(shop, seed, breakage);
            shop.use(breakage.wrap(FaultyClient.wrap(shop.client(), chaos, request -> request)));
            chaos.run(steps);
            return shop.differences();
        }
    }

    private void run(int steps) {
        for (int i = 0; i < steps; i++) {
            int choice = random.nextInt(100);
            if (choice < 35) {
                changeOrder();
            } else if (choice < 50) {
                changeUsage();
            } else if (choice < 52) {
                orders.reshard(1 + random.nextInt(4));
            } else if (choice < 53) {
                usage.reshard(1 + random.nextInt(3));
            } else {
                deliver();
            }
        }
        calm = true;
        while (!discarded.isEmpty()) {
            redrive();
        }
        for (Stream stream : List.of(orders, usage)) {
            for (int i = 0; i < 1_000 && stream.hasMore(); i++) {
                deliver(stream, stream.pick());
            }
            if (stream.hasMore()) {
                throw new AssertionError("the stream does not drain");
            }
        }
    }

    private void changeOrder() {
        String customer = "c" + random.nextInt(3);
        String id = "o" + random.nextInt(3);
        Optional<DynamodbStreamRecord> record;
        if (random.nextInt(5) == 0) {
            record = shop.orders.delete(orderKey(customer, id));
        } else {
            Map<String, Value> item = order(customer, id, STATUSES[random.nextInt(4)], random.nextInt(50));
            List<Value> lines = new ArrayList<>();
            for (int i = random.nextInt(5); i > 0; i--) {
                lines.add(line(PRODUCTS[random.nextInt(5)], 1 + random.nextInt(3), 1 + random.nextInt(9)));
            }
            item = with(item, "lines", new Value.L(lines));
            item = with(item, "createdAt", Value.string("2026-11-2" + random.nextInt(3) + "T10:00:00Z"));
            record = shop.orders.put(spoil(item));
        }
        record.ifPresent(orders::append);
        events++;
    }

    /** Now and then an item lacks something, or has something that no view can be made of. */
    private Map<String, Value> spoil(Map<String, Value> item) {
        return switch (random.nextInt(20)) {
            case 0 -> without(item, "status");
            case 1 -> without(item, "lines");
            case 2 -> with(item, "lines", Value.string("none"));
            case 3 -> with(item, "total", Value.string("much"));
            case 4 -> with(item, "createdAt", Value.string("yesterday"));
            case 5 -> with(item, "status", new Value.Bool(true));
            default -> item;
        };
    }

    private void changeUsage() {
        if (nextUsage > 0 && random.nextInt(4) == 0) {
            Map<String, Value> key = usageKey("e" + random.nextInt(nextUsage));
            int before = shop.usage.records().size();
            shop.expireUsage(key);
            if (shop.usage.records().size() > before) {
                usage.append(shop.usage.last());
            }
        } else {
            Map<String, Value> item =
                    usage("e" + nextUsage++, FEATURES[random.nextInt(3)], random.nextInt(4), random.nextInt(900));
            if (random.nextInt(20) == 0) {
                item = with(item, "durationMs", Value.string("long"));
            }
            shop.usage.put(item).ifPresent(usage::append);
        }
        events++;
    }

    private void deliver() {
        int choice = random.nextInt(100);
        Stream stream = random.nextInt(3) == 0 ? usage : orders;
        if (choice < 5 && !discarded.isEmpty()) {
            redrive();
        } else if (choice < 15) {
            again(stream);
        } else if (stream.hasMore()) {
            Shard shard = stream.pick();
            if (choice < 18 && stream == orders) {
                List<DynamodbStreamRecord> batch = shard.batch(1 + random.nextInt(5));
                discarded.add(batch);
                shard.checkpoint += batch.size();
            } else {
                deliver(stream, shard);
            }
        }
    }

    private void deliver(Stream stream, Shard shard) {
        List<DynamodbStreamRecord> batch = shard.batch(1 + random.nextInt(calm ? 40 : 20));
        Optional<String> failed = invoke(stream, shard, batch);
        if (calm && failed.isPresent())
            System.out.println("FAILED " + stream.shards.indexOf(shard) + (stream == usage) + failed + batch.size());
        if (failed.isPresent() && !breakage.misreports()) {
            for (int i = 0; i < batch.size(); i++) {
                if (batch.get(i).getDynamodb().getSequenceNumber().equals(failed.get())) {
                    shard.advance(batch, i);
                    return;
                }
            }
        } else if (calm || random.nextInt(7) != 0) {
            shard.advance(batch, batch.size());
        }
    }

    /** A batch that was dealt with long ago comes again. */
    private void again(Stream stream) {
        Shard shard = stream.shards.get(random.nextInt(stream.shards.size()));
        if (shard.checkpoint > 0) {
            int from = random.nextInt(shard.checkpoint);
            int to = Math.min(shard.checkpoint, from + 1 + random.nextInt(10));
            invoke(stream, shard, List.copyOf(shard.records.subList(from, to)));
        }
    }

    private void redrive() {
        List<DynamodbStreamRecord> batch = discarded.remove(random.nextInt(discarded.size()));
        if (invoke(orders, orders.shards.getFirst(), batch).isPresent()) {
            discarded.add(batch);
        }
    }

    /** Sequence number from which to deliver again; the first one when the function died. */
    private Optional<String> invoke(Stream stream, Shard shard, List<DynamodbStreamRecord> batch) {
        if (batch.isEmpty()) {
            return Optional.empty();
        }
        depth++;
        try {
            if (stream == usage) {
                var failures = shop.deliver(shard.id, batch).getBatchItemFailures();
                return failures.stream().findFirst().map(failure -> failure.getItemIdentifier());
            }
            var failures = shop.deliver(batch).getBatchItemFailures();
            return failures.stream().findFirst().map(failure -> failure.getItemIdentifier());
        } catch (FaultyClient.Crash crash) {
            shop.restart();
            return Optional.of(batch.getFirst().getDynamodb().getSequenceNumber());
        } catch (SdkException failure) {
            if (calm) failure.printStackTrace();
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
        } else if (choice < 130 && depth < 3) {
            deliver();
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

    /** A shard, or one lane of it where the parallelization factor is above 1: order holds within. */
    private static final class Shard {
        private final String id;
        private final List<DynamodbStreamRecord> records = new ArrayList<>();
        private int checkpoint;

        private Shard(String id) {
            this.id = id;
        }

        private List<DynamodbStreamRecord> batch(int size) {
            return List.copyOf(records.subList(checkpoint, Math.min(records.size(), checkpoint + size)));
        }

        /** Another invocation may have been further already. */
        private void advance(List<DynamodbStreamRecord> batch, int done) {
            int start = records.indexOf(batch.getFirst());
            checkpoint = Math.max(checkpoint, start + done);
        }
    }

    /** Shards in generations; a child is read when all its parents are drained. */
    private final class Stream {
        private final List<Shard> shards = new ArrayList<>();
        private int firstCurrent;

        private Stream(int count) {
            reshard(count);
        }

        private void reshard(int count) {
            firstCurrent = shards.size();
            for (int i = 0; i < count; i++) {
                shards.add(new Shard("shardId-%08d".formatted(shards.size())));
            }
        }

        private void append(DynamodbStreamRecord record) {
            int lanes = shards.size() - firstCurrent;
            int hash = Math.floorMod(record.getDynamodb().getKeys().hashCode(), lanes);
            shards.get(firstCurrent + hash).records.add(record);
        }

        private List<Shard> open() {
            List<Shard> parents = shards.subList(0, firstCurrent);
            List<Shard> waiting = parents.stream().filter(this::isOpen).toList();
            if (!waiting.isEmpty()) {
                return List.of(waiting.getFirst());
            }
            return shards.subList(firstCurrent, shards.size()).stream()
                    .filter(this::isOpen)
                    .toList();
        }

        private boolean isOpen(Shard shard) {
            return shard.checkpoint < shard.records.size();
        }

        private boolean hasMore() {
            return !open().isEmpty();
        }

        private Shard pick() {
            List<Shard> open = open();
            return open.get(random.nextInt(open.size()));
        }
    }
}
