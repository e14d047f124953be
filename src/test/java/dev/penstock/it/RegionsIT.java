package dev.penstock.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.clients.Await;
import dev.penstock.local.clients.Control;
import dev.penstock.local.demo.Verification;
import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Select;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Two regions of the synthesized storefront through the plain SDK: Customers is global, Orders is replicated, masked, and
 * who signs up is written to once in all, also when the active region changes.
 */
class RegionsIT {
    private static final String HERE = "us-east-1";
    private static final String THERE = "eu-west-1";
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir
    Path data;

    @Test
    void bothRegionsAgreeAndEachCustomerIsWrittenToOnce() throws Exception {
        Instant change;
        try (var runtime = start(Stage.local());
                var control = new Control(runtime.endpoint())) {
            DynamoDbClient here = client(runtime, HERE);
            DynamoDbClient there = client(runtime, THERE);

            // Write here, read there, and the other way round.
            signUp(here, "ada", control.now());
            awaitName(there, "ada", "ada");
            signUp(there, "bob", control.now());
            awaitName(here, "bob", "bob");

            // Write in both at once.
            signUp(here, "eve", control.now());
            awaitName(there, "eve", "eve");
            for (int i = 0; i < 20; i++) {
                writeAtOnce(here, there, i);
            }
            Await.until(LIMIT, "both regions to agree", () -> Objects.equals(name(here, "eve"), name(there, "eve")));

            // Cut, write, heal: the later writer wins.
            control.post("regions/" + THERE, Map.of("state", "cut"));
            rename(here, "ada", "first");
            rename(there, "ada", "second");
            there.deleteItem(delete -> delete.tableName("Customers").key(key("bob")));
            signUp(there, "dan", control.now());
            assertEquals("first", name(here, "ada"));
            assertNull(name(here, "dan"));
            control.post("regions/" + THERE, Map.of("state", "healed"));
            awaitName(here, "ada", "second");
            awaitName(here, "dan", "dan");
            awaitName(here, "bob", null);
            assertEquals("second", name(there, "ada"));

            for (int i = 0; i < 12; i++) {
                order(here, "order-" + i);
            }
            awaitMails(control, 4);
            assertEquals(List.of(), new Verification(runtime.clients(), control).run(table -> {}));
            assertEquals(12, count(there, "OrdersMasked"));

            // Somebody wrote into the target by hand: the replication overwrites it, and keeps what it overwrote.
            there.putItem(put -> put.tableName("OrdersMasked")
                    .item(Map.of(
                            "customerId", AttributeValue.fromS("ada"),
                            "orderId", AttributeValue.fromS("by-hand"),
                            "note", AttributeValue.fromS("scribbled"))));
            order(here, "by-hand");
            S3Client objects = runtime.clients().of(S3Client.class);
            Await.until(
                    LIMIT,
                    "the lost write to be kept",
                    () -> !conflicts(objects).isEmpty());
            String lost = objects.getObjectAsBytes(get -> get.bucket("penstock-failures")
                            .key(conflicts(objects).getFirst()))
                    .asUtf8String();
            assertTrue(lost.contains("scribbled") && lost.contains("\"loser\":\"unknown\""), lost);
            assertEquals(List.of(), new Verification(runtime.clients(), control).run(table -> {}));

            // The canary of each region writes and reads, and sees the other's row.
            callCanary(runtime, THERE);
            Await.until(LIMIT, "the other region's row", () -> count(here, "Canary") == 1);
            assertTrue(callCanary(runtime, HERE).contains("\"" + THERE + "\""));
            change = control.now().plusSeconds(1);
        }

        // The active region changes: the stacks are deployed with the second turn.
        Path moved = Stage.local("local-moved", Map.of("penstock:activeRegion", HERE + "," + THERE + "@" + change));
        try (var runtime = start(moved);
                var control = new Control(runtime.endpoint())) {
            DynamoDbClient here = client(runtime, HERE);
            DynamoDbClient there = client(runtime, THERE);
            control.advance(Duration.ofSeconds(2));
            assertTrue(control.now().isAfter(change));
            signUp(here, "fay", control.now());
            signUp(there, "gus", control.now());
            signUp(there, "hal", control.now());
            signUp(here, "ivy", change.minusSeconds(10)); // created in the first region's turn, written late
            awaitMails(control, 8);
            Await.until(
                    LIMIT,
                    "all streams to be read",
                    () -> control.get("settled").path("settled").asBoolean());
            List<String> recipients = recipients(control);
            assertEquals(8, recipients.size(), recipients::toString);
            assertEquals(8, recipients.stream().distinct().count(), "nobody is written to twice: " + recipients);
            assertEquals(5, count(here, "WelcomeEmailClaims"), "ada, bob, eve, dan, and ivy late");
            assertEquals(3, count(there, "WelcomeEmailClaims"), "fay, gus, hal");
            order(here, "order-later");
            assertEquals(List.of(), new Verification(runtime.clients(), control).run(table -> {}));
        }
    }

    private LocalRuntime start(Path assembly) {
        return LocalRuntime.start(Options.inMemory().withDataDirectory(data).withAssembly(assembly));
    }

    private static List<String> conflicts(S3Client objects) {
        return objects
                .listObjectsV2(list -> list.bucket("penstock-failures").prefix("conflicts/OrdersReplication/"))
                .contents()
                .stream()
                .map(S3Object::key)
                .toList();
    }

    private static String callCanary(LocalRuntime runtime, String region) {
        var answer = runtime.clients(region).of(LambdaClient.class).invoke(call -> call.functionName("Canary"));
        assertNull(answer.functionError());
        return answer.payload().asUtf8String();
    }

    private static DynamoDbClient client(LocalRuntime runtime, String region) {
        return runtime.clients(region).of(DynamoDbClient.class);
    }

    private static void writeAtOnce(DynamoDbClient here, DynamoDbClient there, int round)
            throws InterruptedException, ExecutionException {
        var start = new CyclicBarrier(2);
        List<Future<?>> both = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (DynamoDbClient region : List.of(here, there)) {
                both.add(threads.submit(() -> {
                    start.await(10, TimeUnit.SECONDS);
                    rename(region, "eve", (region.equals(here) ? "here-" : "there-") + round);
                    return round;
                }));
            }
        }
        for (Future<?> each : both) {
            each.get();
        }
    }

    private static void signUp(DynamoDbClient region, String id, Instant created) {
        region.putItem(put -> put.tableName("Customers")
                .item(Map.of(
                        "customerId", AttributeValue.fromS(id),
                        "email", AttributeValue.fromS(id + "@example.com"),
                        "name", AttributeValue.fromS(id),
                        "country", AttributeValue.fromS("DE"),
                        "createdAt", AttributeValue.fromS(created.toString()))));
    }

    private static void rename(DynamoDbClient region, String id, String name) {
        region.updateItem(update -> update.tableName("Customers")
                .key(key(id))
                .updateExpression("SET #name = :name")
                .expressionAttributeNames(Map.of("#name", "name"))
                .expressionAttributeValues(Map.of(":name", AttributeValue.fromS(name))));
    }

    private static void order(DynamoDbClient region, String id) {
        region.putItem(put -> put.tableName("Orders")
                .item(Map.of(
                        "customerId", AttributeValue.fromS("ada"),
                        "orderId", AttributeValue.fromS(id),
                        "status", AttributeValue.fromS("PLACED"),
                        "createdAt", AttributeValue.fromS("2026-11-22T10:00:00Z"),
                        "total", AttributeValue.fromN("10"),
                        "currency", AttributeValue.fromS("EUR"),
                        "country", AttributeValue.fromS("DE"),
                        "lines", AttributeValue.fromL(List.of()))));
    }

    private static Map<String, AttributeValue> key(String id) {
        return Map.of("customerId", AttributeValue.fromS(id));
    }

    private static String name(DynamoDbClient region, String id) {
        var item = region.getItem(get -> get.tableName("Customers").key(key(id)));
        return item.hasItem() ? item.item().get("name").s() : null;
    }

    private static void awaitName(DynamoDbClient region, String id, String name) {
        Await.until(LIMIT, id + " to be " + name, () -> Objects.equals(name, name(region, id)));
    }

    private static int count(DynamoDbClient region, String table) {
        return region.scan(scan -> scan.tableName(table).select(Select.COUNT).consistentRead(true))
                .count();
    }

    private static void awaitMails(Control control, int count) {
        Await.until(LIMIT, count + " mails", () -> control.mails().size() >= count);
    }

    private static List<String> recipients(Control control) {
        return control.mails().stream().flatMap(mail -> mail.to().stream()).toList();
    }
}
