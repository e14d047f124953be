package dev.penstock.lambdas.projector;

import static dev.penstock.lambdas.testing.ShopItems.line;
import static dev.penstock.lambdas.testing.ShopItems.order;
import static dev.penstock.lambdas.testing.ShopItems.orderKey;
import static dev.penstock.lambdas.testing.ShopItems.usage;
import static dev.penstock.lambdas.testing.ShopItems.usageKey;
import static dev.penstock.lambdas.testing.ShopItems.with;
import static dev.penstock.lambdas.testing.ShopItems.without;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.diversion.FailureBucket;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.testing.ChaosFaults;
import dev.penstock.lambdas.testing.ChaosStream;
import dev.penstock.lambdas.testing.FaultyClient;
import dev.penstock.lambdas.verify.Difference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * One random history, the same for the same seed: inserts, changes, moves, deletes, expiries and poison in two source
 * tables, delivered with duplicates, lost answers, crashes before and after commits, throttles, conflicts, overlapping
 * invocations, discarded batches, late redrives and cut-overs to a table as it was before, through shards that are split
 * and merged, over hours or months, with old rows folded, tombstones forgotten, views and aggregates rebuilt in between,
 * some by older code that does not know all of them. At the end everything that is still to be delivered is delivered, and views and aggregates are compared with a
 * recomputation.
 */
final class Chaos {
    /** Changes at a time, and so many more in a batch: a million events take minutes then, not hours. */
    private static final int BURST = Integer.getInteger("penstock.burst", 1);

    private static final Duration RETENTION = Duration.ofHours(24);
    private static final Duration[] TIMES = {
        Duration.ofHours(1), Duration.ofHours(20), Duration.ofDays(12), Duration.ofDays(25)
    };
    private static final String[] STATUSES = {"NEW", "PAID", "SHIPPED", "CANCELLED"};
    private static final String[] PRODUCTS = {"p1", "p2", "p3", "p#4", "p%5"};
    private static final String[] FEATURES = {"search", "export", "login"};

    private final Random random;
    private final Shop shop;
    private final Breakage breakage;
    private final ChaosFaults faults;
    private ChaosStream orders;
    /** Streams of orders that a cut-over has ended; what they told may still come from the failure bucket. */
    private final List<ChaosStream> ended = new ArrayList<>();

    private List<Map<String, Value>> saved = List.of();
    private final ChaosStream usage;
    /** Now and then a deployment is rolled back to code that lacks some views and aggregates, and comes back later. */
    private final boolean rollsBack;

    private boolean isRolledBack;
    private int nextUsage;
    private long folded;
    private long rebuilt;

    private Chaos(Shop shop, long seed, Breakage breakage) {
        this.shop = shop;
        this.random = new Random(seed);
        this.breakage = breakage;
        this.faults = new ChaosFaults(random, this::inBetween, shop::restart);
        this.orders = new ChaosStream(random, 1 + random.nextInt(4));
        this.usage = new ChaosStream(random, 1 + random.nextInt(3));
        this.rollsBack = random.nextInt(4) == 0;
    }

    /**
     * What came of a history.
     *
     * @param events that the source tables' streams told
     * @param folded rows
     * @param rebuilt rows that rebuilds have written which came to their end
     * @param differences that were left at the end
     */
    record Result(int events, long folded, long rebuilt, List<Difference> differences) {}

    /** Plays a history of so many steps, with this safeguard broken. */
    static Result play(long seed, int steps, Breakage breakage) {
        try (Shop shop = new Shop(ChaosCatalog.catalog(), breakage)) {
            Chaos chaos = new Chaos(shop, seed, breakage);
            shop.use(breakage.wrap(FaultyClient.wrap(shop.client(), chaos.faults, chaos::refuse)));
            chaos.run(steps);
            int events = shop.orders.records().size() + shop.usage.records().size();
            return new Result(events, chaos.folded, chaos.rebuilt, shop.differences());
        }
    }

    /** Now and then a count is refused for good, as one that would be too large: its records are passed over. */
    private DynamoDbRequest refuse(DynamoDbRequest request) {
        if (!faults.isCalm()
                && request instanceof UpdateItemRequest count
                && !count.tableName().equals(Catalog.EPOCHS)
                && random.nextInt(20) == 0) {
            throw DynamoDbException.builder()
                    .awsErrorDetails(AwsErrorDetails.builder()
                            .errorCode("ValidationException")
                            .build())
                    .message("refused")
                    .build();
        }
        return request;
    }

    /** What was passed over comes back from the failure bucket, and again, unless it is too old. */
    private void redriveUsage() {
        Instant oldest = shop.usage.now().minus(FailureBucket.KEPT);
        Map<String, DynamodbStreamRecord> records = new LinkedHashMap<>();
        for (DynamodbStreamRecord record : shop.diverted) {
            if (record.getEventSourceARN().contains("/UsageEvents/")) {
                records.put(record.getDynamodb().getSequenceNumber(), record);
            }
        }
        shop.diverted.removeAll(records.values());
        for (DynamodbStreamRecord record : records.values()) {
            if (!record.getDynamodb()
                    .getApproximateCreationDateTime()
                    .toInstant()
                    .isBefore(oldest)) {
                shop.redrive(List.of(record));
                shop.redrive(List.of(record));
            }
        }
    }

    private void run(int steps) {
        for (int i = 0; i < steps; i++) {
            int choice = random.nextInt(100);
            if (choice < 35) {
                IntStream.range(0, BURST).forEach(each -> changeOrder());
            } else if (choice < 50) {
                IntStream.range(0, BURST).forEach(each -> changeUsage());
            } else if (choice < 52) {
                orders.reshard(1 + random.nextInt(4));
            } else if (choice < 53) {
                usage.reshard(1 + random.nextInt(3));
            } else if (choice < 55) {
                passTime();
            } else if (choice < 56) {
                cutOver();
            } else if (choice < 57) {
                rebuild();
            } else if (choice < 58 && rollsBack) {
                deploy(!isRolledBack);
            } else {
                deliver();
            }
        }
        faults.calm();
        redriveOrders();
        for (ChaosStream stream : List.of(orders, usage)) {
            drain(stream);
            if (stream.hasMore()) {
                throw new AssertionError("the stream does not drain");
            }
        }
        redriveUsage();
        for (int i = 0; i < 10; i++) {
            usage.again(this::invokeUsage);
        }
        redriveUsage();
        fold();
        if (rollsBack) {
            // What older code did not show is shown once its items change, or by this.
            deploy(false);
            shop.rebuild("Orders");
            shop.rebuild("UsageEvents");
        }
    }

    private void deploy(boolean older) {
        isRolledBack = older;
        shop.declare(older ? ChaosCatalog.older() : shop.catalog);
    }

    /**
     * Hours or weeks in which nothing is left unread in the stream or unmended in the failure bucket; then all that can't
     * come again is forgotten, and the schedule is due.
     */
    private void passTime() {
        drain(usage);
        faults.calmly(this::redriveUsage);
        Duration time = TIMES[random.nextInt(TIMES.length)];
        shop.usage.advance(time);
        usage.trim(shop.usage.now().minus(RETENTION));
        shop.forget(shop.usage);
        fold();
        if (time.compareTo(FailureBucket.REMEMBERED) > 0) {
            drain(orders);
            faults.calmly(this::redriveOrders);
            shop.orders.advance(time);
            orders.trim(shop.orders.now().minus(RETENTION));
            shop.forget(shop.orders);
        }
    }

    private void drain(ChaosStream stream) {
        for (int i = 0; i < 1_000 && stream.hasMore(); i++) {
            deliver(stream);
        }
    }

    /** Everything that is left in the failure bucket. */
    private void redriveOrders() {
        for (ChaosStream stream :
                Stream.concat(ended.stream(), Stream.of(orders)).toList()) {
            for (int i = 0; i < 1_000 && stream.hasDiscarded(); i++) {
                stream.redrive(this::redriveOrders);
            }
        }
    }

    /** All views and contribution aggregates of a source are rebuilt while its stream flows, or some of its items are. */
    private void rebuild() {
        FaultyClient.Around meanwhile = new FaultyClient.Around() {
            @Override
            public void before(String operation) {
                int choice = random.nextInt(1_000);
                if (choice < 5) {
                    throw new FaultyClient.Crash();
                } else if (choice < 60) {
                    inBetween();
                }
            }
        };
        DynamoDbClient client = FaultyClient.wrap(shop.breakable(), meanwhile, request -> request);
        faults.run(() -> rebuilt += shop.rebuild(random.nextBoolean() ? "Orders" : "UsageEvents", client)
                .written());
    }

    /** The table becomes what it was some time ago; what its stream has not delivered by then, it never will. */
    private void cutOver() {
        List<Map<String, Value>> items = saved;
        saved = shop.rows("Orders");
        ended.add(orders);
        orders = new ChaosStream(random, 1 + random.nextInt(4));
        shop.cutOver("2026-11-22T09:00:00.%03d".formatted(ended.size()), items);
    }

    private void redriveEnded() {
        ChaosStream stream = ended.get(random.nextInt(ended.size()));
        if (stream.hasDiscarded()) {
            stream.redrive(this::redriveOrders);
        }
    }

    private void fold() {
        faults.run(() -> folded += shop.fold());
    }

    private void inBetween() {
        if (random.nextInt(4) == 0) {
            fold();
        } else {
            deliver();
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
    }

    private void deliver() {
        int choice = random.nextInt(100);
        ChaosStream stream = random.nextInt(3) == 0 ? usage : orders;
        if (choice < 3 && orders.hasDiscarded()) {
            orders.redrive(this::redriveOrders);
        } else if (choice < 5 && !ended.isEmpty()) {
            redriveEnded();
        } else if (choice < 15) {
            stream.again(consumer(stream));
        } else if (stream.hasMore()) {
            if (choice < 18 && stream == orders) {
                stream.discard();
            } else {
                deliver(stream);
            }
        }
    }

    private void deliver(ChaosStream stream) {
        stream.deliver(BURST * (faults.isCalm() ? 40 : 20), faults.isCalm(), breakage.misreports(), consumer(stream));
    }

    private ChaosStream.Consumer consumer(ChaosStream stream) {
        return stream == usage ? this::invokeUsage : this::invokeOrders;
    }

    private Optional<String> invokeOrders(String shard, List<DynamodbStreamRecord> records) {
        return faults.invoke(
                records,
                batch -> shop.deliver(batch).getBatchItemFailures().stream()
                        .findFirst()
                        .map(failure -> failure.getItemIdentifier()));
    }

    private Optional<String> redriveOrders(String shard, List<DynamodbStreamRecord> records) {
        return faults.invoke(
                records,
                batch -> shop.redriveOrders(batch).getBatchItemFailures().stream()
                        .findFirst()
                        .map(failure -> failure.getItemIdentifier()));
    }

    private Optional<String> invokeUsage(String shard, List<DynamodbStreamRecord> records) {
        return faults.invoke(
                records,
                batch -> shop.deliver(shard, batch).getBatchItemFailures().stream()
                        .findFirst()
                        .map(failure -> failure.getItemIdentifier()));
    }
}
