package dev.penstock.local.regions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.dynamodb.DynamoDb;
import dev.penstock.local.gateway.Gateway;
import dev.penstock.local.store.EmbeddedEngine;
import dev.penstock.local.store.RegionStore;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ReplicaDescription;
import software.amazon.awssdk.services.dynamodb.model.ReplicaStatus;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;

/** Global tables through the official client, one endpoint, a client for each region. */
class GlobalTablesTest {
    private static final Region HERE = Region.EU_WEST_1;
    private static final Region THERE = Region.US_EAST_1;

    private final MovableClock clock = new MovableClock(Instant::now);
    private final Map<String, RegionStore> stores = new ConcurrentHashMap<>();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @TempDir
    Path folder;

    private GlobalTables tables;
    private Gateway gateway;

    @BeforeEach
    void open() {
        tables = new GlobalTables(this::store, Duration.ZERO);
        gateway = Gateway.open(new InetSocketAddress("127.0.0.1", 0), HERE.id())
                .add(new ReplicaOperations(tables).addTo(new DynamoDb(this::store, clock)));
        try (DynamoDbClient here = client(HERE)) {
            here.createTable(table -> table.tableName("Customers")
                    .attributeDefinitions(AttributeDefinition.builder()
                            .attributeName("id")
                            .attributeType(ScalarAttributeType.S)
                            .build())
                    .keySchema(KeySchemaElement.builder()
                            .attributeName("id")
                            .keyType(KeyType.HASH)
                            .build())
                    .billingMode(BillingMode.PAY_PER_REQUEST)
                    .streamSpecification(
                            stream -> stream.streamEnabled(true).streamViewType(StreamViewType.NEW_AND_OLD_IMAGES)));
        }
    }

    @AfterEach
    void close() throws Exception {
        gateway.close();
        tables.close();
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    @Test
    void replicaBeginsWithACopyAndFollows() {
        try (DynamoDbClient here = client(HERE);
                DynamoDbClient there = client(THERE)) {
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
    }

    @Test
    void bothRegionsDescribeTheOtherReplica() {
        try (DynamoDbClient here = client(HERE);
                DynamoDbClient there = client(THERE)) {
            addReplica(here);
            var table = here.describeTable(describe -> describe.tableName("Customers"))
                    .table();
            assertEquals("2019.11.21", table.globalTableVersion());
            assertEquals(
                    List.of(THERE.id()),
                    table.replicas().stream()
                            .map(ReplicaDescription::regionName)
                            .toList());
            assertEquals(ReplicaStatus.ACTIVE, table.replicas().getFirst().replicaStatus());
            var replica = there.describeTable(describe -> describe.tableName("Customers"))
                    .table();
            assertEquals("arn:aws:dynamodb:us-east-1:000000000000:table/Customers", replica.tableArn());
            assertEquals(
                    List.of(HERE.id()),
                    replica.replicas().stream()
                            .map(ReplicaDescription::regionName)
                            .toList());
            assertEquals(
                    StreamViewType.NEW_AND_OLD_IMAGES,
                    replica.streamSpecification().streamViewType());
        }
    }

    @Test
    void cutRegionGoesItsOwnWayAndTheLastWriterWinsOnceHealed() {
        try (DynamoDbClient here = client(HERE);
                DynamoDbClient there = client(THERE)) {
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
    }

    @Test
    void changesArriveAfterTheDelay() {
        try (DynamoDbClient here = client(HERE);
                DynamoDbClient there = client(THERE)) {
            addReplica(here);
            tables.set(THERE.id(), null, Duration.ofHours(1));
            put(here, "a", "late");
            tables.deliver();
            assertNull(get(there, "a"));
            clock.advance(Duration.ofHours(2));
            await(there, "a", "late");
        }
    }

    @Test
    void replicaIsRemovedWithItsItems() {
        try (DynamoDbClient here = client(HERE);
                DynamoDbClient there = client(THERE)) {
            addReplica(here);
            here.updateTable(update -> update.tableName("Customers")
                    .replicaUpdates(replica -> replica.delete(delete -> delete.regionName(THERE.id()))));
            assertThrows(
                    ResourceNotFoundException.class,
                    () -> there.describeTable(describe -> describe.tableName("Customers")));
            var left = here.describeTable(describe -> describe.tableName("Customers"))
                    .table();
            assertEquals(0, left.replicas().size());
            assertNull(left.globalTableVersion());
        }
    }

    @Test
    void refusesWhatAwsRefuses() {
        try (DynamoDbClient here = client(HERE)) {
            addReplica(here);
            assertThrows(DynamoDbException.class, () -> addReplica(here), "a replica is there already");
            assertThrows(
                    DynamoDbException.class,
                    () -> here.createGlobalTable(create -> create.globalTableName("Customers")
                            .replicationGroup(group -> group.regionName(THERE.id()))),
                    "the legacy version is not made any more");
            here.updateTable(update -> update.tableName("Customers")
                    .replicaUpdates(replica -> replica.delete(delete -> delete.regionName(THERE.id()))));
            here.updateTable(
                    update -> update.tableName("Customers").streamSpecification(stream -> stream.streamEnabled(false)));
            assertThrows(DynamoDbException.class, () -> addReplica(here), "global tables need a stream");
        }
    }

    private RegionStore store(String region) {
        return stores.computeIfAbsent(region, name -> {
            EmbeddedEngine engine = EmbeddedEngine.start();
            RegionStore store =
                    RegionStore.open(new RegionStore.Options(name, clock, folder.resolve(name), engine.client()));
            opened.add(store);
            opened.add(engine);
            return store;
        });
    }

    private DynamoDbClient client(Region region) {
        return DynamoDbClient.builder()
                .endpointOverride(gateway.endpoint())
                .region(region)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .build();
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
            if (java.util.Objects.equals(last, value)) {
                return;
            }
        }
        throw new AssertionError(id + " never became " + value + "; it is " + last);
    }
}
