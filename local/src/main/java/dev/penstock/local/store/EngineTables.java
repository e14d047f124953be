package dev.penstock.local.store;

import dev.penstock.local.journal.Change;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.IndexStatus;
import software.amazon.awssdk.services.dynamodb.model.LocalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughput;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputDescription;
import software.amazon.awssdk.services.dynamodb.model.PutRequest;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.UpdateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** Makes tables in the engine and fills them, past the gate: for recovery, restores and imports. */
final class EngineTables {
    private static final int ROUNDS = 100;
    private static final int LOOK_MILLIS = 5;
    /** Ten minutes. */
    private static final int LOOKS = 120_000;

    private final DynamoDbClient engine;

    EngineTables(DynamoDbClient engine) {
        this.engine = engine;
    }

    /** Keys and indexes only: everything else about a table is ours. */
    void create(TableDescription table) {
        boolean provisioned = table.billingModeSummary() == null
                || table.billingModeSummary().billingMode() != BillingMode.PAY_PER_REQUEST;
        CreateTableRequest.Builder create = CreateTableRequest.builder()
                .tableName(table.tableName())
                .attributeDefinitions(table.attributeDefinitions())
                .keySchema(table.keySchema())
                .billingMode(provisioned ? BillingMode.PROVISIONED : BillingMode.PAY_PER_REQUEST);
        if (provisioned) {
            create.provisionedThroughput(throughput(table.provisionedThroughput()));
        }
        if (table.hasGlobalSecondaryIndexes()) {
            create.globalSecondaryIndexes(table.globalSecondaryIndexes().stream()
                    .map(index -> global(index, provisioned))
                    .toList());
        }
        if (table.hasLocalSecondaryIndexes()) {
            create.localSecondaryIndexes(table.localSecondaryIndexes().stream()
                    .map(index -> LocalSecondaryIndex.builder()
                            .indexName(index.indexName())
                            .keySchema(index.keySchema())
                            .projection(index.projection())
                            .build())
                    .toList());
        }
        engine.createTable(create.build());
    }

    private static GlobalSecondaryIndex global(GlobalSecondaryIndexDescription index, boolean provisioned) {
        return GlobalSecondaryIndex.builder()
                .indexName(index.indexName())
                .keySchema(index.keySchema())
                .projection(index.projection())
                .provisionedThroughput(provisioned ? throughput(index.provisionedThroughput()) : null)
                .build();
    }

    private static ProvisionedThroughput throughput(ProvisionedThroughputDescription given) {
        return ProvisionedThroughput.builder()
                .readCapacityUnits(given.readCapacityUnits())
                .writeCapacityUnits(given.writeCapacityUnits())
                .build();
    }

    /** All tables of the engine. */
    List<String> names() {
        return engine.listTablesPaginator().tableNames().stream().toList();
    }

    TableDescription describe(String name) {
        return engine.describeTable(describe -> describe.tableName(name)).table();
    }

    /** Changes capacity or indexes and returns once the engine has done it: it builds indexes in the background. */
    void update(UpdateTableRequest update) {
        engine.updateTable(update);
        CountDownLatch never = new CountDownLatch(1);
        for (int look = 0; !isSettled(update.tableName()); look++) {
            if (look == LOOKS) {
                throw new IllegalStateException("the engine is still changing " + update.tableName());
            }
            try {
                never.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while the engine was changing " + update.tableName(), e);
            }
        }
    }

    private boolean isSettled(String name) {
        TableDescription table;
        try {
            table = engine.describeTable(describe -> describe.tableName(name)).table();
        } catch (RuntimeException inBetween) {
            // Embedded, it fails while it alters its own tables.
            return false;
        }
        return table.tableStatus() == TableStatus.ACTIVE
                && table.globalSecondaryIndexes().stream().allMatch(index -> index.indexStatus() == IndexStatus.ACTIVE);
    }

    /** Puts what is after each change, 25 at most; no key may be among them twice. */
    void put(List<Change> changes, Map<Integer, Table> tables) {
        Map<String, List<WriteRequest>> batch = new HashMap<>();
        for (Change change : changes) {
            Table table = Objects.requireNonNull(tables.get(change.table()));
            batch.computeIfAbsent(table.name(), name -> new ArrayList<>(changes.size()))
                    .add(put(Objects.requireNonNull(change.after())));
        }
        write(batch);
    }

    private static WriteRequest put(Map<String, AttributeValue> item) {
        return WriteRequest.builder()
                .putRequest(PutRequest.builder().item(item).build())
                .build();
    }

    private void write(Map<String, List<WriteRequest>> batch) {
        Map<String, List<WriteRequest>> rest = batch;
        for (int round = 0; !rest.isEmpty(); round++) {
            if (round == ROUNDS) {
                throw new IllegalStateException("the engine left writes unprocessed after " + round + " rounds");
            }
            Map<String, List<WriteRequest>> asked = rest;
            rest = engine.batchWriteItem(write -> write.requestItems(asked)).unprocessedItems();
        }
    }
}
