package dev.penstock.local.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.lambdas.operations.TableSettings;
import dev.penstock.local.functions.HandlerZip;
import dev.penstock.local.functions.TestHandlers;
import dev.penstock.local.redelivery.Site;
import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ReplicationGroupUpdate;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.TableClass;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.Tag;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.EventSourceMappingConfiguration;
import software.amazon.awssdk.services.lambda.model.EventSourceMappingMetric;
import software.amazon.awssdk.services.lambda.model.EventSourcePosition;
import software.amazon.awssdk.services.lambda.model.FunctionResponseType;
import software.amazon.awssdk.services.s3.S3Client;

/** A cut-over that is killed, at any call, is finished by running it again, and nothing of the table is lost. */
@Timeout(600)
class CutoverCrashTest {
    private static final String AWAY = "eu-west-1";
    private static final int TRIES = Integer.getInteger("penstock.tries", 12);
    private static final Map<String, String> GOOD = Map.of("a", "good", "b", "good");

    @TempDir
    private Path folder;

    private LocalRuntime runtime;
    private DynamoDbClient home;
    private DynamoDbClient away;
    private final CrashingCalls crash = new CrashingCalls();
    private DynamoDbClient crashing;
    private DynamoDbClient crashingAway;
    private LambdaClient crashingLambda;
    private LambdaClient crashingLambdaAway;

    @BeforeEach
    void start() throws Exception {
        runtime = LocalRuntime.start(Options.inMemory());
        home = runtime.clients().of(DynamoDbClient.class);
        away = runtime.clients(AWAY).of(DynamoDbClient.class);
        crashing = crash.of(DynamoDbClient.builder(), runtime.endpoint(), runtime.region())
                .build();
        crashingAway =
                crash.of(DynamoDbClient.builder(), runtime.endpoint(), AWAY).build();
        crashingLambda = crash.of(LambdaClient.builder(), runtime.endpoint(), runtime.region())
                .build();
        crashingLambdaAway =
                crash.of(LambdaClient.builder(), runtime.endpoint(), AWAY).build();
        home.createTable(table -> table.tableName("Notes")
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(id -> id.attributeName("id").attributeType(ScalarAttributeType.S))
                .keySchema(id -> id.attributeName("id").keyType(KeyType.HASH))
                .streamSpecification(
                        stream -> stream.streamEnabled(true).streamViewType(StreamViewType.NEW_AND_OLD_IMAGES))
                .tableClass(TableClass.STANDARD_INFREQUENT_ACCESS));
        home.updateTable(update -> update.tableName("Notes")
                .replicaUpdates(ReplicationGroupUpdate.builder()
                        .create(create -> create.regionName(AWAY)
                                .kmsMasterKeyId("arn:aws:kms:eu-west-1:000000000000:key/away")
                                .tableClassOverride(TableClass.STANDARD)
                                .onDemandThroughputOverride(limit -> limit.maxReadRequestUnits(4_000L)))
                        .build()));
        dress(home, "shop", 9);
        dress(away, "shop-away", 5);
        home.updateTimeToLive(update -> update.tableName("Notes")
                .timeToLiveSpecification(ttl -> ttl.enabled(true).attributeName("until")));
        home.createTable(table -> table.tableName("Then")
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(id -> id.attributeName("id").attributeType(ScalarAttributeType.S))
                .keySchema(id -> id.attributeName("id").keyType(KeyType.HASH)));
        GOOD.forEach((id, text) -> put("Then", id, text));
        SdkBytes zip = SdkBytes.fromByteArray(Files.readAllBytes(HandlerZip.in(folder)));
        var lambda = runtime.clients().of(LambdaClient.class);
        function(lambda, "mails", zip);
        function(lambda, "paused", zip);
        String stream = describe(home).latestStreamArn();
        lambda.createEventSourceMapping(create -> create.functionName("mails")
                .eventSourceArn(stream)
                .startingPosition(EventSourcePosition.LATEST)
                .batchSize(7)
                .maximumRetryAttempts(3)
                .functionResponseTypes(FunctionResponseType.REPORT_BATCH_ITEM_FAILURES)
                .filterCriteria(criteria -> criteria.filters(filter -> filter.pattern("{\"eventName\":[\"INSERT\"]}")))
                .metricsConfig(metrics -> metrics.metrics(EventSourceMappingMetric.EVENT_COUNT)));
        lambda.createEventSourceMapping(create -> create.functionName("paused")
                .eventSourceArn(stream)
                .startingPosition(EventSourcePosition.LATEST)
                .enabled(false));
        var lambdaAway = runtime.clients(AWAY).of(LambdaClient.class);
        function(lambdaAway, "mails", zip);
        String streamAway = describe(away).latestStreamArn();
        lambdaAway.createEventSourceMapping(create -> create.functionName("mails")
                .eventSourceArn(streamAway)
                .startingPosition(EventSourcePosition.LATEST)
                .batchSize(3));
    }

    /** Settings of its own, for the replica of one region. */
    private static void dress(DynamoDbClient client, String team, int recoveryDays) {
        String arn = describe(client).tableArn();
        client.updateContinuousBackups(update -> update.tableName("Notes")
                .pointInTimeRecoverySpecification(
                        recovery -> recovery.pointInTimeRecoveryEnabled(true).recoveryPeriodInDays(recoveryDays)));
        client.tagResource(tag ->
                tag.resourceArn(arn).tags(Tag.builder().key("team").value(team).build()));
        client.putResourcePolicy(policy -> policy.resourceArn(arn)
                .policy("{\"Statement\":[{\"Effect\":\"Allow\",\"Sid\":\"" + team + "\",\"Resource\":\"" + arn
                        + "\"}]}"));
        client.updateTable(update -> update.tableName("Notes").deletionProtectionEnabled(true));
    }

    private static void function(LambdaClient lambda, String name, SdkBytes zip) {
        lambda.createFunction(create -> create.functionName(name)
                .runtime("java25")
                .role("arn:aws:iam::000000000000:role/r")
                .handler(HandlerZip.handler(TestHandlers.Stream.class))
                .timeout(30)
                .memorySize(256)
                .code(code -> code.zipFile(zip)));
    }

    @AfterEach
    void stop() {
        crashing.close();
        crashingAway.close();
        crashingLambda.close();
        crashingLambdaAway.close();
        runtime.close();
    }

    @Test
    void aCrashAnywhereIsFollowedByTheNextRun() {
        var expected = state();
        run(true);
        int calls = crash.counted();
        assertTrue(calls > 100, "calls of a cut-over, each counted before and after: " + calls);
        int apart = calls / TRIES | 1; // Odd: a crash after a call as often as before one.
        for (int call = 1; isCrashed(call); call += apart) {
            run(true);
            String when = "after a crash at call " + call + " of " + calls;
            assertEquals(expected, state(), when);
            assertEquals(GOOD, items(home), when);
            assertEquals(GOOD, items(away), when);
            assertEquals(List.of("Notes", "Then"), home.listTables().tableNames(), when);
            assertEquals(
                    List.of(), home.listBackups(list -> list.backupType("USER")).backupSummaries(), when);
        }
    }

    /** False when a cut-over was over before that call. */
    private boolean isCrashed(int call) {
        put("Notes", "a", "bad");
        put("Notes", "c", "bad");
        crash.at(call);
        try {
            run(true);
            return false;
        } catch (IllegalStateException crashed) {
            assertEquals(CrashingCalls.CRASH, crashed.getMessage());
            return true;
        } finally {
            crash.never();
        }
    }

    @Test
    void theRecordSaysWhatWasAndThePlanThatItGoesOn() throws Exception {
        var expected = state();
        String first = run(false);
        assertTrue(first.contains("replace Notes by the items of Then"), first);
        assertTrue(first.contains("paused (disabled)"), first);
        assertTrue(first.contains("replica in eu-west-1") && first.contains("shop-away"), first);
        crash.before("DeleteTable");
        assertThrows(IllegalStateException.class, () -> run(true));
        crash.never();

        var record = new ObjectMapper()
                .readTree(home.scan(scan -> scan.tableName("Notes-cutover"))
                        .items()
                        .getFirst()
                        .get("record")
                        .s());
        assertEquals("DELETE_OLD", record.path("next").asText());
        assertEquals("shop", record.at("/home/settings/tags/team").asText());
        assertEquals(7, record.at("/home/mappings/0/BatchSize").asInt());
        assertEquals(AWAY, record.at("/replicas/0/replica/RegionName").asText());
        assertEquals("shop-away", record.at("/replicas/0/settings/tags/team").asText());
        assertEquals(3, record.at("/replicas/0/mappings/0/BatchSize").asInt());

        String plan = run(false);
        assertTrue(plan.contains("continue the cut-over of Notes to Then"), plan);
        assertTrue(plan.contains("DELETE_OLD") && plan.contains("paused (disabled)"), plan);
        assertTrue(plan.contains("nothing was done"), plan);
        var other = assertThrows(IllegalArgumentException.class, () -> run("Other", true));
        assertTrue(other.getMessage().contains("cutover Notes Then --apply"), other.getMessage());
        home.deleteTable(delete -> delete.tableName("Then")); // Its backup has the items.
        run(true);
        assertEquals(expected, state());
        assertEquals(GOOD, items(home));
    }

    /** As a stack would that is deployed in between, or a runtime that is started again with one. */
    @Test
    void whatSomebodyElseMadeUnderTheNameIsNotTakenForTheRestoredTable() {
        var expected = state();
        crash.before("RestoreTableFromBackup");
        assertThrows(IllegalStateException.class, () -> run(true));
        crash.never();
        home.createTable(table -> table.tableName("Notes")
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(id -> id.attributeName("id").attributeType(ScalarAttributeType.S))
                .keySchema(id -> id.attributeName("id").keyType(KeyType.HASH))
                .tags(Tag.builder().key("team").value("other").build()));
        var refused = assertThrows(IllegalStateException.class, () -> run(true));
        assertTrue(refused.getMessage().contains("this cut-over did not make"), refused.getMessage());
        home.deleteTable(delete -> delete.tableName("Notes"));
        run(true);
        assertEquals(expected, state());
        assertEquals(GOOD, items(home));
    }

    private String run(boolean apply) {
        return run("Then", apply);
    }

    private String run(String restored, boolean apply) {
        var text = new StringWriter();
        var out = new PrintWriter(text, true);
        var site = new Site(
                crashing,
                runtime.clients().of(S3Client.class),
                crashingLambda,
                "",
                "failures",
                "archive",
                "exports",
                runtime.clock(),
                () -> true);
        var copies = new Copies(site, region -> crashingAway, out);
        var regions = new Cutover.Regions(region -> crashingAway, region -> crashingLambdaAway);
        new Cutover(site, regions, "Notes", restored, copies, () -> {}, out).run(apply);
        return text.toString();
    }

    /** All that a cut-over must not change: settings, replicas, mappings. */
    private Map<String, Object> state() {
        Map<String, Object> state = new TreeMap<>();
        state.put("settings", TableSettings.of(home, "Notes"));
        state.put("settings away", TableSettings.of(away, "Notes"));
        state.put("replicas", describe(home).replicas());
        state.put("mappings", mappings(runtime.clients().of(LambdaClient.class), home));
        state.put("mappings away", mappings(runtime.clients(AWAY).of(LambdaClient.class), away));
        return state;
    }

    private static Map<String, EventSourceMappingConfiguration> mappings(LambdaClient lambda, DynamoDbClient client) {
        String stream = describe(client).latestStreamArn();
        Map<String, EventSourceMappingConfiguration> mappings = new TreeMap<>();
        for (EventSourceMappingConfiguration each :
                lambda.listEventSourceMappings().eventSourceMappings()) {
            assertEquals(stream, each.eventSourceArn(), each.functionArn());
            mappings.put(
                    each.functionArn(),
                    each.toBuilder()
                            .uuid("")
                            .eventSourceMappingArn("")
                            .eventSourceArn("")
                            .startingPosition("")
                            .lastModified(null)
                            .lastProcessingResult("") // The stream of a new replica tells of the items it begins with.
                            .build());
        }
        return mappings;
    }

    private static TableDescription describe(DynamoDbClient client) {
        return client.describeTable(describe -> describe.tableName("Notes")).table();
    }

    private void put(String table, String id, String text) {
        home.putItem(put ->
                put.tableName(table).item(Map.of("id", AttributeValue.fromS(id), "text", AttributeValue.fromS(text))));
    }

    private static Map<String, String> items(DynamoDbClient client) {
        Map<String, String> items = new TreeMap<>();
        client.scan(scan -> scan.tableName("Notes"))
                .items()
                .forEach(item -> items.put(item.get("id").s(), item.get("text").s()));
        return items;
    }
}
