package dev.penstock.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.clients.Await;
import dev.penstock.local.redelivery.MailsCommand;
import dev.penstock.local.redelivery.RebuildCommand;
import dev.penstock.local.redelivery.RedriveCommand;
import dev.penstock.local.redelivery.VersionsCommand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.s3.S3Client;

/** {@code redrive}, {@code rebuild} and {@code mails} on the synthesized stacks, with the functions from their zip. */
class RedeliveryIT extends RunningStorefront {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final String FAILURES = "penstock-failures";

    RedeliveryIT() {
        super(7, 5);
    }

    @Test
    void batchThatLambdaGaveUpIsReplayedAfterNewerChanges() {
        List<Map<String, AttributeValue>> orders = orders(20);
        setRetries(0, false);
        fault("OrdersProjector", "crash-before", 30);
        orders.forEach(order -> put("Orders", order));
        Await.until(LIMIT, "batches given up", () -> settled() && failed("aws/lambda/") > 0);
        // No fault is left over for what comes next.
        Await.until(LIMIT, "the faults to be over", () -> {
            put("Orders", data.order());
            return control.get("faults").path("waiting").asInt() == 0;
        });
        setRetries(10_000, true);
        // Newer changes of half of these items overtake what is in the bucket.
        orders.subList(0, 10).forEach(order -> {
            var paid = new HashMap<>(order);
            paid.put("status", AttributeValue.fromS("PAID-LATER"));
            put("Orders", paid);
        });
        Await.until(LIMIT, "the projector to catch up", this::settled);
        assertFalse(differences().isEmpty(), "ten orders are missing in the views");

        int before = failed("aws/lambda/");
        String listed = run(0, new RedriveCommand());
        assertTrue(listed.contains("OrdersProjector"), listed);
        assertTrue(listed.contains("RetryAttemptsExhausted"), listed);
        String dry = run(0, new RedriveCommand(), "--dry-run");
        assertTrue(dry.contains("would be replayed"), dry);
        assertEquals(before, failed("aws/lambda/"), "listing and dry runs change nothing");

        String replayed = run(0, new RedriveCommand(), "--replay");
        assertTrue(replayed.contains("replayed"), replayed);
        assertEquals(0, failed("aws/lambda/"));
        assertEquals(List.of(), differences());
    }

    /** A queue would hold their sequence numbers only, which nobody can read any more; the object holds the records. */
    @Tag("mode-10")
    @Test
    void recordsThatTheStreamHasTrimmedAreReplayedFromTheirObject() {
        setRetries(0, false);
        fault("OrdersProjector", "crash-before", 1);
        put("Orders", data.order());
        Await.until(LIMIT, "a batch given up", () -> settled() && failed("aws/lambda/") > 0);
        setRetries(10_000, true);
        control.advance(Duration.ofHours(25));
        assertEquals(0, inTheStream("Orders"), "the stream remembers a day");
        assertFalse(differences().isEmpty(), "an order is missing in the views");
        String replayed = run(0, new RedriveCommand(), "--replay");
        assertTrue(replayed.contains("replayed"), replayed);
        assertEquals(List.of(), differences());
    }

    private int inTheStream(String table) {
        var streams = runtime.clients().of(DynamoDbStreamsClient.class);
        String arn = dynamoDb.describeTable(describe -> describe.tableName(table))
                .table()
                .latestStreamArn();
        return streams.describeStream(describe -> describe.streamArn(arn)).streamDescription().shards().stream()
                .map(shard -> streams.getShardIterator(get -> get.streamArn(arn)
                                .shardId(shard.shardId())
                                .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                        .shardIterator())
                .mapToInt(iterator -> streams.getRecords(get -> get.shardIterator(iterator))
                        .records()
                        .size())
                .sum();
    }

    @Test
    void poisonStaysUntilItsItemIsMendedAndAgedRecordsAreRefused() {
        var order = new HashMap<>(data.order());
        order.put("total", AttributeValue.fromS("much"));
        put("Orders", order);
        Await.until(LIMIT, "the poison to be diverted", () -> failed("poison/OrdersProjector") == 1);
        String still = run(1, new RedriveCommand(), "--replay");
        assertTrue(still.contains("still failing"), still);
        assertEquals(1, failed("poison/OrdersProjector"));

        order.put("total", AttributeValue.fromN("5"));
        put("Orders", order);
        Await.until(LIMIT, "the projector to catch up", this::settled);
        run(0, new RedriveCommand(), "--replay");
        assertEquals(0, failed("poison/OrdersProjector"));
        assertEquals(List.of(), differences());

        var usage = new HashMap<>(data.usageEvent());
        usage.put("durationMs", AttributeValue.fromS("long"));
        usage.remove("expiresAt");
        put("UsageEvents", usage);
        Await.until(LIMIT, "the poison to be diverted", () -> failed("poison/UsageEventsProjector") == 1);
        assertTrue(run(1, new RedriveCommand(), "--replay").contains("still failing"));
        control.advance(Duration.ofDays(13));
        assertTrue(run(1, new RedriveCommand(), "--replay").contains("still failing"));
        control.advance(Duration.ofDays(1).plusSeconds(10));
        Await.until(LIMIT, "the poison to be too old or gone", () -> {
            String old = run(-1, new RedriveCommand(), "--replay");
            return (old.contains("too old") && old.contains("rebuild")) || old.contains("the failure bucket is empty");
        });
    }

    @Test
    void rebuildMendsWhatIsWrongWhileTheStreamFlows() {
        orders(30).forEach(order -> put("Orders", order));
        Await.until(LIMIT, "the projector to catch up", this::settled);
        var rows = dynamoDb.scan(scan -> scan.tableName("OrdersByStatus")).items();
        for (var row : rows.subList(0, 5)) {
            dynamoDb.deleteItem(delete -> delete.tableName("OrdersByStatus")
                    .key(Map.of("status", get(row, "status"), "placed", get(row, "placed"))));
        }
        var stray = new HashMap<>(rows.getLast());
        stray.put("status", AttributeValue.fromS("GHOST"));
        put("OrdersByStatus", stray);
        assertEquals(6, differences().size());
        var writer = Thread.ofVirtual().start(() -> orders(100).forEach(order -> put("Orders", order)));
        String report = run(0, new RebuildCommand(), "OrdersByStatus");
        assertTrue(report.startsWith("rebuilt OrdersByStatus"), report);
        assertTrue(report.contains("1 strays swept"), report);
        try {
            assertTrue(writer.join(LIMIT));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        assertEquals(List.of(), differences());
        assertTrue(run(1, new RebuildCommand(), "UsageByHour").contains("windowed"));
        assertTrue(run(1, new RebuildCommand(), "Nothing").contains("OrdersByStatus"));
    }

    @Test
    void versionsAreListedAndSwitchedOnlyWhenTheyAreRight() {
        put("Orders", data.order());
        Await.until(LIMIT, "the projector to catch up", this::settled);
        String listed = run(0, new VersionsCommand());
        assertTrue(listed.contains("OrdersByStatus           version 1 (live)  key status S = status"), listed);
        assertFalse(listed.contains("where"), "none of them leaves items out: " + listed);
        String json = run(0, new VersionsCommand(), "--json");
        assertTrue(
                json.lines()
                        .anyMatch(line -> line.contains("\"table\":\"OrdersByStatus\"")
                                && line.contains("\"live\":true")
                                && line.contains("\"version\":1")),
                json);
        String switched = run(0, new VersionsCommand(), "switch", "OrdersByStatus", "1");
        assertTrue(switched.contains("readers of OrdersByStatus use OrdersByStatus"), switched);
        assertTrue(
                run(1, new VersionsCommand(), "switch", "OrdersByStatus", "2").contains("version 2"));

        var row = new HashMap<>(
                dynamoDb.scan(scan -> scan.tableName("OrdersByStatus")).items().getFirst());
        var wrong = new HashMap<>(row);
        wrong.put("total", AttributeValue.fromN("-1"));
        put("OrdersByStatus", wrong);
        String refused = run(3, new VersionsCommand(), "switch", "OrdersByStatus", "1");
        assertTrue(refused.contains("differs from its source in 1 places"), refused);
        put("OrdersByStatus", row);
    }

    @Test
    void mailInDoubtIsListedAndSentAgainOnlyWhenAskedFor() {
        var customer = new HashMap<>(data.customers().getFirst());
        // Other tests move the clock, and who was created more than a day ago gets no mail.
        customer.put("createdAt", AttributeValue.fromS(control.now().toString()));
        put("Customers", customer);
        Await.until(LIMIT, "the welcome mail", () -> mailsTo(customer) == 1);
        Await.until(
                LIMIT,
                "the claim to be confirmed",
                () -> claims().stream()
                        .anyMatch(claim -> get(claim, "state").s().equals("SENT")));
        assertTrue(run(0, new MailsCommand(), "--grace", "PT0S").contains("no mail is in doubt"));
        // As after a crash inside the send: a claim that nothing has confirmed.
        var claim = new HashMap<>(claims().getFirst());
        claim.put("state", AttributeValue.fromS("CLAIMED"));
        put("WelcomeEmailClaims", claim);
        control.advance(Duration.ofMinutes(16));
        assertTrue(run(0, new MailsCommand()).contains("in doubt"));
        String json = run(0, new MailsCommand(), "--json");
        assertTrue(json.startsWith("{") && json.contains("\"outcome\":\"in doubt\""), json);
        assertEquals(1, mailsTo(customer), "listing sends nothing");
        assertTrue(run(0, new MailsCommand(), "--resend").contains("sent again"));
        assertEquals(2, mailsTo(customer));
        Await.until(
                LIMIT,
                "the claim to be confirmed",
                () -> get(claims().getFirst(), "state").s().equals("SENT"));
        assertTrue(run(0, new MailsCommand(), "--resend").contains("no mail is in doubt"));
        assertEquals(2, mailsTo(customer));
    }

    private List<Map<String, AttributeValue>> claims() {
        return dynamoDb.scan(scan -> scan.tableName("WelcomeEmailClaims")).items();
    }

    private long mailsTo(Map<String, AttributeValue> customer) {
        String address = get(customer, "email").s();
        return control.mails().stream()
                .filter(mail -> mail.to().contains(address))
                .count();
    }

    private List<Map<String, AttributeValue>> orders(int count) {
        List<Map<String, AttributeValue>> orders = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            orders.add(data.order());
        }
        return orders;
    }

    private void fault(String function, String fault, int times) {
        control.post("faults", Map.of("function", function, "fault", fault, "times", times));
    }

    private void setRetries(int attempts, boolean bisect) {
        var lambda = runtime.clients().of(LambdaClient.class);
        lambda.listEventSourceMappings(list -> list.functionName("OrdersProjector:live")).eventSourceMappings().stream()
                .map(mapping -> mapping.uuid())
                .forEach(uuid -> lambda.updateEventSourceMapping(update ->
                        update.uuid(uuid).maximumRetryAttempts(attempts).bisectBatchOnFunctionError(bisect)));
    }

    private int failed(String prefix) {
        return runtime.clients()
                .of(S3Client.class)
                .listObjectsV2(list -> list.bucket(FAILURES).prefix(prefix))
                .keyCount();
    }

    private static AttributeValue get(Map<String, AttributeValue> item, String name) {
        return Objects.requireNonNull(item.get(name), name);
    }
}
