package dev.penstock.local.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.clients.Await;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableInUseException;
import software.amazon.awssdk.services.dynamodb.model.Tag;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The restore drill against the runtime's own restores and exports. */
class DrillTest {
    private static final Duration MORE_THAN_A_WEEK = Duration.ofDays(8);
    private static final int MOST_TICKS = 5_000;
    /** Every so many places to crash at; odd, so before calls as often as after them. */
    private static final int APART = Integer.getInteger("penstock.apart", 5);

    private static final int ITEMS = 120;

    private DrillSite site;

    @BeforeEach
    void start() {
        site = new DrillSite();
        site.client.tagResource(tag -> tag.resourceArn(site.describe("Orders").tableArn())
                .tags(
                        Tag.builder()
                                .key("penstock:backup")
                                .value("local/standard")
                                .build(),
                        Tag.builder().key("team").value("shop").build()));
        for (int i = 0; i < ITEMS; i++) {
            site.put("Orders", "o" + i, i);
        }
        site.runtime.clock().advance(Duration.ofSeconds(2));
    }

    @AfterEach
    void stop() {
        site.close();
    }

    @Test
    void aDrillRestoresComparesRecordsAndCleansUp() {
        site.put("Orders", "later", 1);
        assertEquals("DONE", site.untilDone());
        Map<String, AttributeValue> row = site.row();
        assertEquals("0", row.get("differences").n());
        assertEquals(Integer.toString(ITEMS), row.get("compared").n());
        String prefix = row.get("exportPrefix").s();
        assertEquals("drill/Orders/2026-01-05T10-00-02Z", prefix);
        String export = row.get("exportArn").s();
        assertEquals(
                List.of(prefix + "/AWSDynamoDB/" + export.substring(export.lastIndexOf('/') + 1)
                        + "/manifest-summary.json"),
                summaries(prefix));
        assertEquals(List.of("Operations", "Orders"), site.client.listTables().tableNames());
        assertEquals(
                0,
                site.client
                        .listBackups(list -> list.backupType("SYSTEM"))
                        .backupSummaries()
                        .size());
        assertEquals("IDLE", site.tick(), "one a week");
        site.runtime.clock().advance(MORE_THAN_A_WEEK);
        assertEquals("DONE", site.untilDone());
        assertEquals(Integer.toString(ITEMS + 1), site.row().get("compared").n());
    }

    @Test
    void theTimesItRecordsAreThoseOfTheClock() {
        site.crashAfter("RestoreTableToPointInTime Orders");
        assertThrows(IllegalStateException.class, site::tick);
        site.runtime.clock().advance(DrillSite.QUARTER.plusSeconds(7));
        site.stepsPerTick = 0;
        site.awaitComparing();
        site.runtime.clock().advance(DrillSite.QUARTER);
        site.stepsPerTick = Integer.MAX_VALUE;
        assertEquals("DONE", site.untilDone());
        assertEquals("907", site.row().get("rtoSeconds").n(), "until it can be used, not until it is compared");
        assertEquals(
                Long.toString(DrillSite.BEHIND.toSeconds()),
                site.row().get("rpoSeconds").n());
    }

    @Test
    void aFunctionWhoseClockIsBehindTheTablesTellsOfNoLoss() {
        site.ahead = Duration.ofDays(-1);
        assertEquals("DONE", site.untilDone());
        assertEquals("0", site.number("rpoSeconds"));
        assertEquals("0", site.number("differences"));
    }

    @Test
    void whatIsRestoredForADrillCanBeThrownAway() {
        site.stepsPerTick = 0;
        String target = site.awaitComparing();
        TableDescription restored = site.describe(target);
        assertFalse(restored.deletionProtectionEnabled());
        var tags = site.client
                .listTagsOfResource(list -> list.resourceArn(restored.tableArn()))
                .tags();
        assertEquals(List.of("team"), tags.stream().map(Tag::key).toList());
        assertEquals(
                "DISABLED",
                site.client
                        .describeContinuousBackups(describe -> describe.tableName(target))
                        .continuousBackupsDescription()
                        .pointInTimeRecoveryDescription()
                        .pointInTimeRecoveryStatusAsString());
    }

    @Test
    void whatExpiresBeforeItIsComparedIsNoDifference() {
        long soon = site.runtime.clock().instant().plusSeconds(60).getEpochSecond();
        site.client.putItem(put -> put.tableName("Orders")
                .item(Map.of(
                        "orderId", AttributeValue.fromS("passing"),
                        "until", AttributeValue.fromN(Long.toString(soon)))));
        site.runtime.clock().advance(Duration.ofSeconds(2));
        site.stepsPerTick = 0;
        String target = site.awaitComparing();
        site.runtime.clock().advance(DrillSite.QUARTER);
        Await.until(Duration.ofSeconds(60), "the item to expire", () -> !site.has("Orders", "passing"));
        assertTrue(site.has(target, "passing"));
        assertEquals(
                TimeToLiveStatus.DISABLED,
                site.client
                        .describeTimeToLive(describe -> describe.tableName(target))
                        .timeToLiveDescription()
                        .timeToLiveStatus());
        site.stepsPerTick = Integer.MAX_VALUE;
        assertEquals("DONE", site.untilDone());
        assertEquals("0", site.row().get("differences").n());
        assertEquals(Integer.toString(ITEMS + 1), site.row().get("compared").n());
        int compared = site.calls.lastIndexOf("Scan " + target);
        int expiring = site.calls.indexOf("UpdateTimeToLive " + target);
        int deleted = site.calls.indexOf("DeleteTable " + target);
        assertTrue(0 <= compared && compared < expiring && expiring < deleted, site.calls.toString());
    }

    @Test
    void aDifferenceIsFoundAndReported() {
        site.stepsPerTick = 0;
        String target = site.awaitComparing();
        site.put(target, "o7", -1);
        site.put(target, "too many", 1);
        site.client.deleteItem(delete -> delete.tableName(target).key(Map.of("orderId", AttributeValue.fromS("o8"))));
        site.stepsPerTick = Integer.MAX_VALUE;
        var failed = assertThrows(IllegalStateException.class, site::untilDone);
        assertTrue(failed.getMessage().contains("differences"), failed.getMessage());
        assertEquals("DONE", site.row().get("step").s());
        assertEquals("3", site.row().get("differences").n());
        assertEquals("1", site.row().get("differing").n());
        assertEquals("1", site.row().get("missing").n());
        assertEquals("1", site.row().get("extra").n(), "though as many are there as there should be");
        assertFalse(site.client.listTables().tableNames().contains(target));
        assertEquals("IDLE", site.tick());
    }

    @Test
    void aTickThatRunsOutOfTimeIsFollowedWhereItWas() {
        int many = 800;
        for (int i = 0; i < many; i++) {
            String id = "large" + i;
            site.client.putItem(put -> put.tableName("Orders")
                    .item(Map.of(
                            "orderId", AttributeValue.fromS(id), "text", AttributeValue.fromS("x".repeat(2_000)))));
        }
        site.runtime.clock().advance(Duration.ofSeconds(2));
        site.stepsPerTick = 0;
        String target = site.awaitComparing();
        site.put(target, "large5", -1);
        site.put(target, "too many", 1);
        site.client.deleteItem(delete -> delete.tableName(target).key(Map.of("orderId", AttributeValue.fromS("o8"))));
        site.stepsPerTick = 1;
        boolean hasStoppedWithinAFile = false;
        boolean hasStoppedWithinTheCount = false;
        long before = 0;
        for (int ticks = 0; site.tick().equals("COMPARING"); ticks++) {
            assertTrue(ticks < MOST_TICKS, "never compared: " + site.row());
            long compared = Long.parseLong(site.number("compared"));
            assertTrue(compared <= before + 100, "one batch in a tick: " + site.row());
            before = compared;
            hasStoppedWithinAFile |= !site.number("item").equals("0");
            hasStoppedWithinTheCount |= site.row().containsKey("scanned");
        }
        assertTrue(hasStoppedWithinAFile);
        assertTrue(hasStoppedWithinTheCount);
        assertThrows(IllegalStateException.class, site::untilDone);
        assertEquals(Integer.toString(ITEMS + many), site.number("compared"));
        assertEquals(
                List.of("1", "1", "1"),
                List.of(site.number("differing"), site.number("missing"), site.number("extra")));
    }

    @Test
    void aCrashAnywhereIsFollowedByTheNextTick() {
        boolean hasCrashed = true;
        int crashes = 0;
        for (int call = 1; hasCrashed; call += APART) {
            site.callsToCrash.set(call);
            hasCrashed = false;
            String state = "";
            for (int ticks = 0; !state.equals("DONE"); ticks++) {
                assertTrue(ticks < MOST_TICKS, "never over after a crash at call " + call);
                try {
                    state = site.tick();
                } catch (IllegalStateException crash) {
                    assertEquals("crashed here", crash.getMessage());
                    hasCrashed = true;
                    crashes++;
                    site.callsToCrash.set(Integer.MAX_VALUE);
                }
                if (state.equals("IDLE")) {
                    state = site.row().get("step").s(); // It crashed after the last row was written.
                }
                site.letSettle(
                        site.row().isEmpty() ? "" : site.row().get("step").s());
            }
            assertEquals("0", site.row().get("differences").n(), "crash at call " + call);
            assertEquals(Integer.toString(ITEMS), site.row().get("compared").n(), "crash at call " + call);
            assertEquals(
                    List.of("Operations", "Orders"), site.client.listTables().tableNames(), "crash at call " + call);
            site.runtime.clock().advance(MORE_THAN_A_WEEK);
        }
        assertTrue(crashes * APART > 20, "calls of a drill: " + crashes * APART / 2);
        assertEquals(crashes + 1, summaries("drill/Orders/").size(), "one export for each drill, whatever crashed");
    }

    @Test
    void aRestoreThatWasAskedForAndGoesOnIsWaitedFor() {
        String restore = "RestoreTableToPointInTime Orders";
        site.crashAfter(restore);
        assertThrows(IllegalStateException.class, site::tick);
        site.refuse(
                restore,
                TableInUseException.builder().message("it is being created").build());
        assertEquals("DONE", site.untilDone());
        assertEquals("0", site.number("differences"));
    }

    @Test
    void aTableThatIsNotSeenYetIsWaitedFor() {
        site.describesToMiss = 2;
        assertEquals("RESTORING", site.tick());
        assertEquals("RESTORING", site.tick());
        assertEquals("DONE", site.untilDone());
        assertEquals("0", site.row().get("differences").n());
        assertEquals(List.of("Operations", "Orders"), site.client.listTables().tableNames());
    }

    @Test
    void aTableThatIsNeverSeenIsAFailedRestore() {
        site.describesToMiss = Integer.MAX_VALUE;
        assertEquals("RESTORING", site.tick());
        site.runtime.clock().advance(DrillSite.QUARTER);
        assertEquals("DELETING", site.tick());
        site.runtime.clock().advance(DrillSite.QUARTER);
        var failed = assertThrows(IllegalStateException.class, site::tick);
        assertTrue(failed.getMessage().contains("the restore failed"), failed.getMessage());
    }

    @Test
    void aTableThatWasAskedForLastOfAllIsDeletedToo() {
        site.crashAfter("RestoreTableToPointInTime Orders");
        assertThrows(IllegalStateException.class, site::tick);
        site.runtime.clock().advance(Duration.ofHours(25));
        site.describesToMiss = 1;
        assertEquals("DELETING", site.tick(), "given up, and not seen");
        assertThrows(IllegalStateException.class, site::untilDone);
        assertEquals(List.of("Operations", "Orders"), site.client.listTables().tableNames());
    }

    @Test
    void aTableAboveTheCapIsLeftOutAndItsRowSaysSo() {
        assertEquals("DONE", site.handler(100).handleRequest(Map.of("table", "Orders"), site.context()));
        assertTrue(
                site.row().get("problem").s().contains("more than the cap of 100"),
                site.row().toString());
        assertEquals(List.of("Operations", "Orders"), site.client.listTables().tableNames());
    }

    @Test
    void aTableWithoutRecoveryFailsWithWhatToDo() {
        site.client.updateContinuousBackups(update -> update.tableName("Orders")
                .pointInTimeRecoverySpecification(recovery -> recovery.pointInTimeRecoveryEnabled(false)));
        var failed = assertThrows(IllegalStateException.class, site::tick);
        assertTrue(failed.getMessage().contains("recovery of Orders is DISABLED"), failed.getMessage());
        assertTrue(failed.getMessage().contains("update-continuous-backups"), failed.getMessage());
        assertTrue(site.row().isEmpty(), "the next tick tries again");
        site.client.updateContinuousBackups(update -> update.tableName("Orders")
                .pointInTimeRecoverySpecification(recovery -> recovery.pointInTimeRecoveryEnabled(true)));
        site.runtime.clock().advance(Duration.ofSeconds(2));
        assertEquals("DONE", site.untilDone());
    }

    @Test
    void whatIsNotOverInADayIsGivenUpAndDeleted() {
        site.stepsPerTick = 0;
        String target = site.awaitComparing();
        site.runtime.clock().advance(Duration.ofHours(25));
        var failed = assertThrows(IllegalStateException.class, site::untilDone);
        assertTrue(failed.getMessage().contains("24 hours"), failed.getMessage());
        assertFalse(site.client.listTables().tableNames().contains(target));
    }

    private List<String> summaries(String prefix) {
        return site
                .runtime
                .clients()
                .of(S3Client.class)
                .listObjectsV2Paginator(list -> list.bucket("exports").prefix(prefix))
                .contents()
                .stream()
                .map(S3Object::key)
                .filter(key -> key.endsWith("manifest-summary.json"))
                .toList();
    }
}
