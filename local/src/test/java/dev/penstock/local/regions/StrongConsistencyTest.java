package dev.penstock.local.regions;

import static dev.penstock.local.regions.TestRegions.TABLE;
import static dev.penstock.local.regions.TestRegions.item;
import static dev.penstock.local.regions.TestRegions.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.store.RegionStore;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.MultiRegionConsistency;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.ReplicatedWriteConflictException;
import software.amazon.awssdk.services.dynamodb.model.ReplicationGroupUpdate;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.UpdateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** Multi-Region strong consistency through the official client: three replicas, or two and a witness. */
class StrongConsistencyTest {
    private static final String A = "eu-west-1";
    private static final String B = "eu-west-2";
    private static final String C = "eu-central-1";

    @TempDir
    Path folder;

    private TestRegions regions;

    @BeforeEach
    void open() {
        regions = new TestRegions(folder);
        regions.client(A).createTable(TestRegions.table(TABLE).build());
    }

    @AfterEach
    void close() throws Exception {
        regions.close();
    }

    @Test
    void stronglyConsistentReadAnywhereSeesTheLastWrite() {
        threeReplicas();
        int n = 0;
        for (String from : List.of(A, B, C, B)) {
            String value = "v" + n++;
            regions.put(from, "a", value);
            for (String at : List.of(A, B, C)) {
                assertEquals(value, regions.get(at, "a", true), "written in " + from + ", read in " + at);
            }
        }
        regions.client(C).deleteItem(delete -> delete.tableName(TABLE).key(key("a")));
        for (String at : List.of(A, B, C)) {
            assertNull(regions.get(at, "a", true));
        }
        // A condition is a read too.
        regions.put(A, "n", "1");
        regions.client(B)
                .updateItem(update -> update.tableName(TABLE)
                        .key(key("n"))
                        .updateExpression("SET v = :two")
                        .conditionExpression("v = :one")
                        .expressionAttributeValues(
                                Map.of(":one", AttributeValue.fromS("1"), ":two", AttributeValue.fromS("2"))));
        assertEquals("2", regions.get(C, "n", true));
        assertEquals(
                1,
                regions.client(C)
                        .scan(scan -> scan.tableName(TABLE).consistentRead(true))
                        .count());
    }

    @Test
    void everyRegionDescribesTheOthers() {
        threeReplicas();
        for (String region : List.of(A, B, C)) {
            var table = regions.client(region)
                    .describeTable(describe -> describe.tableName(TABLE))
                    .table();
            assertEquals(MultiRegionConsistency.STRONG, table.multiRegionConsistency());
            assertEquals(2, table.replicas().size());
        }
        assertNull(
                regions.client(B)
                        .describeTable(describe -> describe.tableName(TABLE))
                        .table()
                        .latestStreamArn(),
                "streams are off by default in the other replicas");
    }

    @Test
    void concurrentWriteOfAnotherRegionIsRefused() {
        threeReplicas();
        RegionStore store = regions.store(A);
        var table = store.tables().active(TABLE);
        regions.tables.strong().write(store, Map.of(table, List.of(key("a"))), () -> {
            assertThrows(ReplicatedWriteConflictException.class, () -> regions.put(B, "a", "conflicting"));
            assertThrows(
                    ReplicatedWriteConflictException.class,
                    () -> regions.client(C)
                            .batchWriteItem(batch -> batch.requestItems(Map.of(
                                    TABLE,
                                    List.of(WriteRequest.builder()
                                            .putRequest(put -> put.item(item("a", "x")))
                                            .build())))));
            regions.put(B, "b", "another item");
            return store.put(PutItemRequest.builder()
                    .tableName(TABLE)
                    .item(item("a", "first"))
                    .build());
        });
        assertEquals("first", regions.get(B, "a", true));
        regions.put(B, "a", "second");
        assertEquals("second", regions.get(A, "a", true));
    }

    @Test
    void withoutQuorumWritesAndStrongReadsFailAndEventualReadsWork() {
        threeReplicas();
        regions.put(A, "a", "before");
        regions.tables.set(C, true, null);
        unavailable(() -> regions.put(C, "a", "lost"));
        unavailable(() -> regions.get(C, "a", true));
        unavailable(() -> regions.client(C)
                .query(query -> query.tableName(TABLE)
                        .consistentRead(true)
                        .keyConditionExpression("id = :id")
                        .expressionAttributeValues(Map.of(":id", AttributeValue.fromS("a")))));
        assertEquals("before", regions.get(C, "a", false));
        regions.put(A, "a", "meanwhile");
        assertEquals("meanwhile", regions.get(B, "a", true), "two of three go on");
        assertEquals("before", regions.get(C, "a", false));
        regions.tables.set(B, true, null);
        unavailable(() -> regions.put(A, "a", "alone"));
        assertEquals("meanwhile", regions.get(A, "a", false));
        regions.tables.set(C, false, null);
        assertEquals("meanwhile", regions.get(C, "a", true), "it caught up before it took part");
        regions.put(C, "a", "after");
        assertEquals("after", regions.get(A, "a", true));
        regions.tables.set(B, false, null);
        assertEquals("after", regions.get(B, "a", true));
    }

    @Test
    void whatTwoRegionsKnowReachesTheThirdWithoutTheFirst() {
        threeReplicas();
        regions.tables.set(C, true, null);
        regions.put(A, "a", "of A");
        regions.put(B, "b", "of B");
        regions.tables.set(A, true, null);
        regions.tables.set(C, false, null);
        assertEquals("of A", regions.get(C, "a", true), "B has it, and A does not answer");
        assertEquals("of B", regions.get(C, "b", true));
    }

    @Test
    void catchesUpAfterARestartBeforeItTakesPart() throws Exception {
        threeReplicas();
        regions.tables.set(C, true, null);
        regions.put(A, "a", "missed by C");
        regions.put(B, "b", "missed too");
        regions.restart();
        assertEquals("missed by C", regions.get(C, "a", true));
        assertEquals("missed too", regions.get(C, "b", true));
        regions.put(C, "a", "and on");
        assertEquals("and on", regions.get(A, "a", true));
        invalid(
                () -> regions.client(C)
                        .transactWriteItems(transaction -> transaction.transactItems(
                                write -> write.put(put -> put.tableName(TABLE).item(item("a", "x"))))),
                "Transactions");
    }

    @Test
    void witnessVotesAndHandsOverWhatAReplicaMissed() {
        update(
                A,
                asked -> asked.multiRegionConsistency(MultiRegionConsistency.STRONG)
                        .replicaUpdates(replica -> replica.create(create -> create.regionName(B)))
                        .globalTableWitnessUpdates(witness -> witness.create(create -> create.regionName(C))));
        assertEquals(
                C,
                regions.client(B)
                        .describeTable(describe -> describe.tableName(TABLE))
                        .table()
                        .globalTableWitnesses()
                        .getFirst()
                        .regionName());
        assertThrows(
                ResourceNotFoundException.class,
                () -> regions.client(C).describeTable(describe -> describe.tableName(TABLE)),
                "a witness holds no table");
        regions.tables.set(B, true, null);
        regions.put(A, "a", "kept by the witness");
        regions.client(A).deleteItem(delete -> delete.tableName(TABLE).key(key("gone")));
        regions.tables.set(A, true, null);
        unavailable(() -> regions.put(A, "a", "alone"));
        regions.tables.set(B, false, null);
        assertEquals("kept by the witness", regions.get(B, "a", true));
        regions.put(B, "a", "and on");
        regions.tables.set(C, true, null);
        unavailable(() -> regions.put(B, "a", "alone"));
        regions.tables.set(A, false, null);
        assertEquals("and on", regions.get(A, "a", true));
    }

    @Test
    void refusesWhatAwsRefuses() {
        DynamoDbClient client = regions.client(A);
        // Before: what can't become strongly consistent.
        invalid(() -> update(A, asked -> strong(asked, B)), "three replicas, or two and a witness");
        invalid(() -> update(A, asked -> strong(asked, B, "us-east-1")), "one Region set");
        invalid(
                () -> update(
                        A,
                        asked -> asked.globalTableWitnessUpdates(
                                witness -> witness.create(create -> create.regionName(B)))),
                "a witness without strong consistency");
        regions.put(A, "a", "there");
        invalid(this::threeReplicas, "must be empty");
        client.deleteItem(delete -> delete.tableName(TABLE).key(key("a")));
        client.updateTimeToLive(ttl -> ttl.tableName(TABLE)
                .timeToLiveSpecification(spec -> spec.enabled(true).attributeName("expiresAt")));
        invalid(this::threeReplicas, "Time to Live");
        client.updateTimeToLive(ttl -> ttl.tableName(TABLE)
                .timeToLiveSpecification(spec -> spec.enabled(false).attributeName("expiresAt")));
        client.createTable(TestRegions.table("Indexed")
                .attributeDefinitions(
                        id -> id.attributeName("id").attributeType(ScalarAttributeType.S),
                        at -> at.attributeName("at").attributeType(ScalarAttributeType.S),
                        by -> by.attributeName("by").attributeType(ScalarAttributeType.S))
                .keySchema(
                        id -> id.attributeName("id").keyType(KeyType.HASH),
                        at -> at.attributeName("at").keyType(KeyType.RANGE))
                .localSecondaryIndexes(index -> index.indexName("ByBy")
                        .projection(projection -> projection.projectionType(ProjectionType.ALL))
                        .keySchema(
                                id -> id.attributeName("id").keyType(KeyType.HASH),
                                by -> by.attributeName("by").keyType(KeyType.RANGE)))
                .build());
        invalid(
                () -> client.updateTable(strong(UpdateTableRequest.builder().tableName("Indexed"), B, C)
                        .build()),
                "Local secondary");
        threeReplicas();
        // After: what such a table does not do.
        invalid(
                () -> client.transactWriteItems(transaction -> transaction.transactItems(
                        write -> write.put(put -> put.tableName(TABLE).item(item("a", "x"))))),
                "Transactions");
        invalid(
                () -> client.transactGetItems(transaction -> transaction.transactItems(
                        read -> read.get(get -> get.tableName(TABLE).key(key("a"))))),
                "Transactions");
        invalid(
                () -> client.updateTimeToLive(ttl -> ttl.tableName(TABLE)
                        .timeToLiveSpecification(spec -> spec.enabled(true).attributeName("expiresAt"))),
                "Time to Live");
        invalid(
                () -> update(
                        A,
                        asked -> asked.replicaUpdates(
                                replica -> replica.create(create -> create.regionName("eu-west-3")))),
                "one by one");
        invalid(
                () -> update(
                        A, asked -> asked.replicaUpdates(replica -> replica.delete(delete -> delete.regionName(B)))),
                "one by one");
    }

    @Test
    void becomesATableOfOneRegionAgainInOneRequest() {
        threeReplicas();
        regions.put(B, "a", "kept");
        update(
                A,
                asked -> asked.replicaUpdates(
                        one -> one.delete(delete -> delete.regionName(B)),
                        other -> other.delete(delete -> delete.regionName(C))));
        assertEquals("kept", regions.get(A, "a", true));
        var table = regions.client(A)
                .describeTable(describe -> describe.tableName(TABLE))
                .table();
        assertFalse(table.hasReplicas());
        assertNull(table.multiRegionConsistency());
        assertThrows(ResourceNotFoundException.class, () -> regions.get(B, "a", false));
        regions.client(A)
                .transactWriteItems(transaction -> transaction.transactItems(
                        write -> write.put(put -> put.tableName(TABLE).item(item("a", "transacted")))));
    }

    private void threeReplicas() {
        update(A, asked -> strong(asked, B, C));
    }

    private static UpdateTableRequest.Builder strong(UpdateTableRequest.Builder asked, String... others) {
        return asked.multiRegionConsistency(MultiRegionConsistency.STRONG)
                .replicaUpdates(Arrays.stream(others)
                        .map(region -> ReplicationGroupUpdate.builder()
                                .create(create -> create.regionName(region))
                                .build())
                        .toList());
    }

    private void update(String region, Consumer<UpdateTableRequest.Builder> change) {
        regions.client(region).updateTable(asked -> change.accept(asked.tableName(TABLE)));
    }

    private static void invalid(Executable call, String reason) {
        DynamoDbException refused = assertThrows(DynamoDbException.class, call);
        assertEquals("ValidationException", refused.awsErrorDetails().errorCode(), reason);
        assertTrue(
                refused.getMessage().toLowerCase(Locale.ROOT).contains(reason.toLowerCase(Locale.ROOT))
                        || reason.startsWith("a witness"),
                () -> reason + ": " + refused.getMessage());
    }

    private static void unavailable(Executable call) {
        DynamoDbException refused = assertThrows(DynamoDbException.class, call);
        assertEquals(503, refused.statusCode());
    }
}
