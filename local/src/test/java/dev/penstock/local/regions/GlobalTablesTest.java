package dev.penstock.local.regions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.journal.Cause;
import dev.penstock.local.store.RegionStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.GlobalTableNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.OperationType;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.ReplicaDescription;
import software.amazon.awssdk.services.dynamodb.model.ReplicaStatus;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.Stream;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.TableClass;

/** Global tables through the official client, one endpoint, a client for each region. */
class GlobalTablesTest {
    private static final Region HERE = Region.EU_WEST_1;
    private static final Region THERE = Region.US_EAST_1;

    @TempDir
    Path folder;

    private TestRegions regions;
    private MovableClock clock;
    private GlobalTables tables;

    @BeforeEach
    void open() {
        regions = new TestRegions(folder);
        clock = regions.clock;
        tables = regions.tables;
        client(HERE).createTable(TestRegions.table("Customers").build());
    }

    @AfterEach
    void close() throws Exception {
        regions.close();
    }

    @Test
    void replicaBeginsWithACopyAndFollows() {
        DynamoDbClient here = client(HERE);
        DynamoDbClient there = client(THERE);
        put(here, "a", "before");
        assertThrows(ResourceNotFoundException.class, () -> get(there, "a"));
        addReplica(here);
        assertEquals("before", get(there, "a"));
        put(here, "b", "after");
        await(there, "b", "after");
        put(there, "b", "answered");
        await(here, "b", "answered");
        there.deleteItem(delete -> delete.tableName("Customers").key(key("a")));
        await(here, "a", null);
    }

    @Test
    void bothRegionsDescribeTheOtherReplica() {
        DynamoDbClient here = client(HERE);
        DynamoDbClient there = client(THERE);
        addReplica(here);
        var table =
                here.describeTable(describe -> describe.tableName("Customers")).table();
        assertEquals("2019.11.21", table.globalTableVersion());
        assertEquals(
                List.of(THERE.id()),
                table.replicas().stream().map(ReplicaDescription::regionName).toList());
        assertEquals(ReplicaStatus.ACTIVE, table.replicas().getFirst().replicaStatus());
        var replica =
                there.describeTable(describe -> describe.tableName("Customers")).table();
        assertEquals("arn:aws:dynamodb:us-east-1:000000000000:table/Customers", replica.tableArn());
        assertEquals(
                List.of(HERE.id()),
                replica.replicas().stream().map(ReplicaDescription::regionName).toList());
        assertEquals(
                StreamViewType.NEW_AND_OLD_IMAGES, replica.streamSpecification().streamViewType());
    }

    /** Recorded on AWS: each region lists one stream of the table, its own, with a label of its own. */
    @Test
    void eachRegionListsAStreamOfItsOwn() {
        addReplica(client(HERE));
        for (Region region : List.of(HERE, THERE)) {
            var table = client(region)
                    .describeTable(describe -> describe.tableName("Customers"))
                    .table();
            assertEquals(
                    "arn:aws:dynamodb:" + region + ":000000000000:table/Customers/stream/" + table.latestStreamLabel(),
                    table.latestStreamArn());
            assertEquals(
                    List.of(Stream.builder()
                            .streamArn(table.latestStreamArn())
                            .streamLabel(table.latestStreamLabel())
                            .tableName("Customers")
                            .build()),
                    regions.streams(region.id()));
        }
    }

    @Test
    void cutRegionGoesItsOwnWayAndTheLastWriterWinsOnceHealed() {
        DynamoDbClient here = client(HERE);
        DynamoDbClient there = client(THERE);
        addReplica(here);
        tables.set(THERE.id(), true, null);
        put(here, "a", "first");
        clock.advance(Duration.ofSeconds(1));
        put(there, "a", "second");
        tables.deliver();
        assertEquals("first", get(here, "a"));
        assertEquals("second", get(there, "a"));
        tables.set(THERE.id(), false, null);
        await(here, "a", "second");
        tables.deliver();
        assertEquals("second", get(there, "a"));
    }

    @Test
    void changesArriveAfterTheDelay() {
        DynamoDbClient here = client(HERE);
        DynamoDbClient there = client(THERE);
        addReplica(here);
        tables.set(THERE.id(), null, Duration.ofHours(1));
        put(here, "a", "late");
        tables.deliver();
        assertNull(get(there, "a"));
        clock.advance(Duration.ofHours(2));
        await(there, "a", "late");
    }

    @Test
    void replicaIsRemovedWithItsItems() {
        DynamoDbClient here = client(HERE);
        DynamoDbClient there = client(THERE);
        addReplica(here);
        here.updateTable(update -> update.tableName("Customers")
                .replicaUpdates(replica -> replica.delete(delete -> delete.regionName(THERE.id()))));
        assertThrows(
                ResourceNotFoundException.class,
                () -> there.describeTable(describe -> describe.tableName("Customers")));
        var left =
                here.describeTable(describe -> describe.tableName("Customers")).table();
        assertEquals(0, left.replicas().size());
        assertNull(left.globalTableVersion());
    }

    @Test
    void refusesWhatAwsRefuses() {
        DynamoDbClient here = client(HERE);
        addReplica(here);
        assertThrows(DynamoDbException.class, () -> addReplica(here), "a replica is there already");
        assertThrows(
                DynamoDbException.class,
                () -> here.createGlobalTable(create ->
                        create.globalTableName("Customers").replicationGroup(group -> group.regionName(THERE.id()))),
                "the legacy version is not made any more");
        here.updateTable(update -> update.tableName("Customers")
                .replicaUpdates(replica -> replica.delete(delete -> delete.regionName(THERE.id()))));
        here.updateTable(
                update -> update.tableName("Customers").streamSpecification(stream -> stream.streamEnabled(false)));
        assertThrows(DynamoDbException.class, () -> addReplica(here), "global tables need a stream");
    }

    @Test
    void whatWaitedArrivesAfterARestart() throws Exception {
        addReplica(client(HERE));
        tables.set(THERE.id(), true, null);
        put(client(HERE), "a", "from here");
        put(client(THERE), "b", "from there");
        regions.restart();
        await(client(THERE), "a", "from here");
        await(client(HERE), "b", "from there");
    }

    @Test
    void replicaThatIsDeletedAsATableIsNoLongerDescribed() {
        DynamoDbClient here = client(HERE);
        addReplica(here);
        client(THERE).deleteTable(delete -> delete.tableName("Customers"));
        var left =
                here.describeTable(describe -> describe.tableName("Customers")).table();
        assertEquals(0, left.replicas().size());
        put(here, "a", "alone");
        addReplica(here);
        assertEquals("alone", get(client(THERE), "a"));
    }

    @Test
    void callsOfTheLegacyVersionAreRefused() {
        DynamoDbClient here = client(HERE);
        addReplica(here);
        assertThrows(
                GlobalTableNotFoundException.class,
                () -> here.updateGlobalTable(update -> update.globalTableName("Customers")
                        .replicaUpdates(replica -> replica.create(create -> create.regionName("eu-west-2")))));
        assertThrows(
                GlobalTableNotFoundException.class,
                () -> here.describeGlobalTable(describe -> describe.globalTableName("Customers")));
        assertThrows(
                GlobalTableNotFoundException.class,
                () -> here.describeGlobalTableSettings(describe -> describe.globalTableName("Customers")));
        assertThrows(
                GlobalTableNotFoundException.class,
                () -> here.updateGlobalTableSettings(update -> update.globalTableName("Customers")));
        assertEquals(List.of(), here.listGlobalTables(list -> {}).globalTables());
    }

    @Test
    void replicaHasSettingsOfItsOwn() {
        DynamoDbClient here = client(HERE);
        DynamoDbClient there = client(THERE);
        String key = "arn:aws:kms:us-east-1:000000000000:key/1";
        here.updateTable(update -> update.tableName("Customers")
                .replicaUpdates(replica ->
                        replica.create(create -> create.regionName(THERE.id()).kmsMasterKeyId(key))));
        assertEquals(key, replica(here).kmsMasterKeyId());
        here.updateTable(update -> update.tableName("Customers")
                .replicaUpdates(replica -> replica.update(change -> change.regionName(THERE.id())
                        .tableClassOverride(TableClass.STANDARD_INFREQUENT_ACCESS)
                        .onDemandThroughputOverride(most -> most.maxReadRequestUnits(500L)))));
        assertEquals(
                TableClass.STANDARD_INFREQUENT_ACCESS,
                replica(here).replicaTableClassSummary().tableClass());
        assertEquals(500L, replica(here).onDemandThroughputOverride().maxReadRequestUnits());
        assertEquals(key, replica(here).kmsMasterKeyId(), "what is not given stays");
        there.updateTable(update -> update.tableName("Customers").deletionProtectionEnabled(true));
        assertFalse(here.describeTable(describe -> describe.tableName("Customers"))
                .table()
                .deletionProtectionEnabled());
        String arn = there.describeTable(describe -> describe.tableName("Customers"))
                .table()
                .tableArn();
        there.tagResource(
                tag -> tag.resourceArn(arn).tags(each -> each.key("team").value("there")));
        String own = here.describeTable(describe -> describe.tableName("Customers"))
                .table()
                .tableArn();
        assertEquals(
                1,
                there.listTagsOfResource(list -> list.resourceArn(arn)).tags().size());
        assertEquals(
                0, here.listTagsOfResource(list -> list.resourceArn(own)).tags().size());
        assertThrows(
                DynamoDbException.class,
                () -> here.updateTable(update -> update.tableName("Customers")
                        .replicaUpdates(replica -> replica.update(
                                change -> change.regionName("ap-south-1").kmsMasterKeyId(key)))),
                "there is no replica to change");
    }

    private static ReplicaDescription replica(DynamoDbClient client) {
        return client.describeTable(describe -> describe.tableName("Customers"))
                .table()
                .replicas()
                .getFirst();
    }

    @Test
    void streamOfEachRegionShowsAllWritesAndOnlyTheDeletingOneSaysTimeToLive() {
        DynamoDbClient here = client(HERE);
        DynamoDbClient there = client(THERE);
        addReplica(here);
        put(here, "a", "here");
        await(there, "a", "here");
        put(there, "b", "there");
        await(here, "b", "there");
        RegionStore store = regions.store(HERE.id());
        store.delete(
                DeleteItemRequest.builder().tableName("Customers").key(key("a")).build(), Cause.EXPIRY);
        await(there, "a", null);
        for (Region region : List.of(HERE, THERE)) {
            List<Record> records = records(region);
            assertEquals(3, records.size(), region.id());
            Record removed = records.stream()
                    .filter(record -> record.eventName() == OperationType.REMOVE)
                    .findFirst()
                    .orElseThrow();
            if (region.equals(HERE)) {
                assertEquals("dynamodb.amazonaws.com", removed.userIdentity().principalId());
            } else {
                assertNull(removed.userIdentity(), "a replicated delete has no identity");
            }
        }
    }

    @Test
    void transactionsAreReplicatedItemByItem() {
        DynamoDbClient here = client(HERE);
        DynamoDbClient there = client(THERE);
        addReplica(here);
        tables.set(THERE.id(), true, null);
        here.transactWriteItems(transaction -> transaction.transactItems(
                a -> a.put(put -> put.tableName("Customers").item(TestRegions.item("a", "1"))),
                b -> b.put(put -> put.tableName("Customers").item(TestRegions.item("b", "1")))));
        clock.advance(Duration.ofSeconds(1));
        put(there, "b", "later");
        tables.set(THERE.id(), false, null);
        await(there, "a", "1");
        await(here, "b", "later");
        assertEquals("later", get(there, "b"), "one item of the transaction lost to a later write, the other did not");
    }

    @Test
    void waitingChangesOfAnItemArriveAsOneWhenMerging() {
        DynamoDbClient here = client(HERE);
        DynamoDbClient there = client(THERE);
        addReplica(here);
        tables.merging(true);
        tables.set(THERE.id(), true, null);
        put(here, "a", "1");
        put(here, "a", "2");
        put(here, "a", "3");
        tables.set(THERE.id(), false, null);
        await(there, "a", "3");
        assertEquals(1, records(THERE).size(), "three changes there, one here");
        assertEquals(3, records(HERE).size());
    }

    @Test
    void healingOneRegionLeavesAnotherCut() {
        DynamoDbClient here = client(HERE);
        addReplica(here);
        here.updateTable(update -> update.tableName("Customers")
                .replicaUpdates(replica -> replica.create(create -> create.regionName("eu-west-2"))));
        tables.set(THERE.id(), true, null);
        tables.set("eu-west-2", true, null);
        tables.set("eu-west-2", false, null);
        put(here, "a", "1");
        await(regions.client("eu-west-2"), "a", "1");
        tables.deliver();
        assertNull(get(client(THERE), "a"));
        assertEquals(
                List.of("healed", "healed", "cut"),
                List.of("eu-west-1", "eu-west-2", "us-east-1").stream()
                        .map(region -> tables.states().stream()
                                .filter(state -> state.region().equals(region))
                                .findFirst()
                                .orElseThrow()
                                .state())
                        .toList());
        assertThrows(IllegalArgumentException.class, () -> tables.set("mars-east-1", true, null));
    }

    private List<Record> records(Region region) {
        return regions.records(region.id());
    }

    private DynamoDbClient client(Region region) {
        return regions.client(region.id());
    }

    private static void addReplica(DynamoDbClient client) {
        client.updateTable(update -> update.tableName("Customers")
                .replicaUpdates(replica -> replica.create(create -> create.regionName(THERE.id()))));
    }

    private static void put(DynamoDbClient client, String id, String value) {
        client.putItem(put -> put.tableName("Customers")
                .item(Map.of("id", AttributeValue.fromS(id), "v", AttributeValue.fromS(value))));
    }

    private static String get(DynamoDbClient client, String id) {
        var item = client.getItem(get -> get.tableName("Customers").key(key(id)));
        return item.hasItem() ? item.item().get("v").s() : null;
    }

    private static Map<String, AttributeValue> key(String id) {
        return Map.of("id", AttributeValue.fromS(id));
    }

    /** Asks until the answer is there, a bounded number of times. */
    private static void await(DynamoDbClient client, String id, String value) {
        String last = null;
        for (int i = 0; i < 2_000; i++) {
            last = get(client, id);
            if (Objects.equals(last, value)) {
                return;
            }
        }
        throw new AssertionError(id + " never became " + value + "; it is " + last);
    }
}
