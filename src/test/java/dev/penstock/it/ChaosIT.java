package dev.penstock.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.local.clients.Await;
import dev.penstock.local.clients.Control;
import dev.penstock.local.demo.StorefrontData;
import dev.penstock.local.demo.Verification;
import dev.penstock.local.redelivery.RedriveCommand;
import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.lambda.LambdaClient;

/**
 * Random histories of the storefront on its synthesized stacks: real mappings, functions in JVMs of their own that are
 * killed, runtimes that are restarted. What is written and what goes wrong follows from the seed; how threads meet does
 * not. {@code -Dpenstock.tries=N} plays N histories, {@code -Dpenstock.seed=N} begins with that seed,
 * {@code -Dpenstock.steps=N} makes each that long.
 */
class ChaosIT {
    private static final int TRIES = Integer.getInteger("penstock.tries", 1);
    private static final int STEPS = Integer.getInteger("penstock.steps", 40);
    private static final long SEED = Long.getLong("penstock.seed", 1);
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final String[] FAULTS = {"throttle", "crash-before", "crash-after", "timeout-after", "duplicate"};
    private static final String[] FUNCTIONS = {
        "OrdersProjector", "UsageEventsProjector", "WelcomeEmail", "SessionArchive", "UsageArchive"
    };

    @Test
    void viewsAggregatesAndMailsAreRightAfterEveryHistory(@TempDir Path folder) {
        for (long seed = SEED; seed < SEED + TRIES; seed++) {
            try (History history = new History(seed, folder.resolve("seed-" + seed))) {
                history.events().forEach(history::play);
                history.end();
                System.out.printf("seed %d: %s%n", seed, history.done);
            }
        }
    }

    /** What can happen in a step. */
    private enum Event {
        ORDERS,
        CHANGES,
        REMOVALS,
        POISON,
        USAGE,
        SIGN_UPS,
        SESSIONS,
        FAULT,
        FEW_RETRIES,
        PARALLELIZATION,
        SPLIT,
        MERGE,
        THROTTLED_VIEW,
        TIME,
        REDRIVE,
        RESTART
    }

    private static final class History implements AutoCloseable {
        /** What waits in the failure bucket must not become too old for a redrive. */
        private static final Duration MOST_ADVANCED = Duration.ofDays(10);

        private static final Duration EVERYTHING_EXPIRED = Duration.ofDays(9);

        private static final Event[] LIKELY = {
            Event.ORDERS, Event.CHANGES, Event.USAGE, Event.FAULT, Event.ORDERS, Event.CHANGES, Event.USAGE
        };

        private final Random random;
        private final Options options;
        private final StorefrontData data;
        private final Map<Event, Integer> done = new EnumMap<>(Event.class);
        private final List<Map<String, AttributeValue>> orders = new ArrayList<>();
        private final List<Map<String, AttributeValue>> customers;
        private int signedUp;
        private Duration advanced = Duration.ZERO;
        private LocalRuntime runtime;
        private Control control;

        History(long seed, Path folder) {
            random = new Random(seed);
            options = Options.inMemory().withDataDirectory(folder).withAssembly(Stage.local());
            runtime = LocalRuntime.start(options);
            control = new Control(runtime.endpoint());
            data = new StorefrontData(seed, control.now(), 50);
            customers = data.customers();
        }

        /** Everything at least once, in random order. */
        List<Event> events() {
            List<Event> all = List.of(Event.values());
            List<Event> events = new ArrayList<>(all);
            while (events.size() < STEPS) {
                events.add(
                        random.nextInt(3) > 0
                                ? LIKELY[random.nextInt(LIKELY.length)]
                                : all.get(random.nextInt(all.size())));
            }
            Collections.shuffle(events, random);
            return events;
        }

        void play(Event event) {
            done.merge(event, 1, Integer::sum);
            switch (event) {
                case ORDERS -> times(10, () -> order(data.order()));
                case CHANGES -> times(10, this::change);
                case REMOVALS -> times(3, this::remove);
                case POISON -> times(2, this::poison);
                case USAGE -> times(20, () -> put("UsageEvents", data.usageEvent()));
                case SIGN_UPS -> times(2, this::signUp);
                case SESSIONS -> times(5, () -> put("Sessions", data.session()));
                case FAULT -> fault();
                case FEW_RETRIES -> retries(random.nextInt(3));
                case PARALLELIZATION -> parallelization(1 + random.nextInt(10));
                case SPLIT -> split(random.nextBoolean() ? "Orders" : "UsageEvents");
                case MERGE -> merge(random.nextBoolean() ? "Orders" : "UsageEvents");
                case THROTTLED_VIEW -> throttle(10 + random.nextInt(50));
                case TIME -> advance(Duration.ofMinutes(random.nextInt(36 * 60)));
                case REDRIVE -> redrive();
                case RESTART -> restart();
            }
        }

        /** Records that nobody reads are gone after 24 hours, so the consumers catch up first. */
        private void advance(Duration step) {
            Duration next = advanced.plus(step);
            if (next.compareTo(MOST_ADVANCED) < 0) {
                settle();
                control.advance(step);
                advanced = next;
            }
        }

        /** All that is still to be delivered is delivered, late or again; then everything is compared. */
        void end() {
            retries(10_000);
            throttle(40_000);
            settle();
            for (int round = 0; round < 3; round++) {
                redrive();
                settle();
            }
            assertEquals(List.of(), new Verification(runtime.clients(), control).run(table -> {}));
            control.advance(EVERYTHING_EXPIRED);
            Await.until(
                    LIMIT,
                    "usage events to expire",
                    () -> dynamoDb().scan(scan -> scan.tableName("UsageEvents")).count() == 0);
            settle();
            assertEquals(List.of(), new Verification(runtime.clients(), control).run(table -> {}), "after expiry");
            Map<String, Integer> mails = new HashMap<>();
            control.mails().forEach(mail -> mail.to().forEach(to -> mails.merge(to, 1, Integer::sum)));
            Map<String, Integer> wanted = new HashMap<>();
            customers.subList(0, signedUp).forEach(customer -> wanted.merge(text(customer, "email"), 1, Integer::sum));
            assertEquals(wanted, mails, "one mail for each customer");
        }

        private void times(int most, Runnable action) {
            for (int i = 1 + random.nextInt(most); i > 0; i--) {
                action.run();
            }
        }

        private void order(Map<String, AttributeValue> order) {
            orders.add(order);
            put("Orders", order);
        }

        private void change() {
            if (!orders.isEmpty()) {
                int index = random.nextInt(orders.size());
                var order = new HashMap<>(orders.get(index));
                order.put("status", AttributeValue.fromS(data.nextStatus()));
                order.put("total", AttributeValue.fromN(Integer.toString(random.nextInt(10_000))));
                orders.set(index, order);
                put("Orders", order);
            }
        }

        private void remove() {
            if (!orders.isEmpty()) {
                var order = orders.remove(random.nextInt(orders.size()));
                dynamoDb()
                        .deleteItem(delete -> delete.tableName("Orders")
                                .key(Map.of("customerId", get(order, "customerId"), "orderId", get(order, "orderId"))));
            }
        }

        private void poison() {
            var order = new HashMap<>(data.order());
            order.put(random.nextBoolean() ? "total" : "lines", AttributeValue.fromS("spoilt"));
            order(order);
        }

        private void signUp() {
            if (signedUp < customers.size()) {
                var customer = new HashMap<>(customers.get(signedUp++));
                customer.put("createdAt", AttributeValue.fromS(control.now().toString()));
                put("Customers", customer);
            }
        }

        private void fault() {
            control.post(
                    "faults",
                    Map.of(
                            "function",
                            FUNCTIONS[random.nextInt(FUNCTIONS.length)],
                            "fault",
                            FAULTS[random.nextInt(FAULTS.length)],
                            "times",
                            1 + random.nextInt(2)));
        }

        /** With few retries, batches are given up and wait in the failure bucket for a redrive. */
        private void retries(int attempts) {
            mappings(
                    "OrdersProjector",
                    uuid -> lambda().updateEventSourceMapping(update -> update.uuid(uuid)
                            .maximumRetryAttempts(attempts)
                            .bisectBatchOnFunctionError(random.nextBoolean())));
        }

        private void parallelization(int factor) {
            mappings(
                    "OrdersProjector",
                    uuid -> lambda().updateEventSourceMapping(
                                    update -> update.uuid(uuid).parallelizationFactor(factor)));
        }

        private void mappings(String function, Consumer<String> change) {
            lambda().listEventSourceMappings(list -> list.functionName(function + ":live"))
                    .eventSourceMappings()
                    .forEach(mapping -> change.accept(mapping.uuid()));
        }

        private List<String> openShards(String table) {
            List<String> open = new ArrayList<>();
            control.get("shards/" + table).forEach(shard -> {
                if (shard.path("open").asBoolean()) {
                    open.add(shard.path("shardId").asText());
                }
            });
            return open;
        }

        private void split(String table) {
            List<String> open = openShards(table);
            if (open.size() < 4) {
                control.post("shards/" + table, Map.of("split", open.get(random.nextInt(open.size()))));
            }
        }

        private void merge(String table) {
            List<String> open = openShards(table);
            if (open.size() == 2) {
                control.post("shards/" + table, Map.of("merge", open));
            }
        }

        /** A view that takes few writes a second throttles its projector. */
        private void throttle(long units) {
            dynamoDb()
                    .updateTable(update -> update.tableName("OrdersByStatus")
                            .onDemandThroughput(most -> most.maxWriteRequestUnits(units)));
        }

        private void redrive() {
            var text = new StringWriter();
            int code = new CommandLine(new RedriveCommand())
                    .setOut(new PrintWriter(text, true))
                    .setErr(new PrintWriter(text, true))
                    .execute("--replay", "--endpoint", runtime.endpoint().toString());
            if (code > 1 || text.toString().contains("xception")) {
                throw new AssertionError(text.toString());
            }
        }

        /** In the middle of whatever is under way. */
        private void restart() {
            close();
            runtime = LocalRuntime.start(options);
            control = new Control(runtime.endpoint());
        }

        private void settle() {
            Await.until(
                    LIMIT,
                    "the consumers to catch up",
                    () -> control.get("settled").path("settled").asBoolean());
        }

        private void put(String table, Map<String, AttributeValue> item) {
            dynamoDb().putItem(put -> put.tableName(table).item(item));
        }

        private DynamoDbClient dynamoDb() {
            return runtime.clients().of(DynamoDbClient.class);
        }

        private LambdaClient lambda() {
            return runtime.clients().of(LambdaClient.class);
        }

        private static String text(Map<String, AttributeValue> item, String name) {
            return get(item, name).s();
        }

        private static AttributeValue get(Map<String, AttributeValue> item, String name) {
            return Objects.requireNonNull(item.get(name), name);
        }

        @Override
        public void close() {
            control.close();
            runtime.close();
        }
    }
}
