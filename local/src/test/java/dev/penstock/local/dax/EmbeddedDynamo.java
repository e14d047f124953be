package dev.penstock.local.dax;

import dev.penstock.local.store.EmbeddedEngine;
import java.util.List;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** The embedded engine and the tables that the tests use. */
final class EmbeddedDynamo implements AutoCloseable {
    /** customerId (S), orderId (N); index byStatus on status (S) and madeAt (N). */
    static final String ORDERS = "Orders";
    /** id (S). */
    static final String SESSIONS = "Sessions";
    /** id (N), part (B). */
    static final String BLOBS = "Blobs";
    /** id (B). */
    static final String BINARIES = "Binaries";
    /** id (N). */
    static final String NUMBERS = "Numbers";
    /** p (S), s (S); local index on l (S) that projects its keys only. */
    static final String NOTES = "Notes";

    static final List<String> TABLES = List.of(ORDERS, SESSIONS, BLOBS, BINARIES, NUMBERS, NOTES);

    private final EmbeddedEngine engine = EmbeddedEngine.start();
    private final DynamoDbClient client = engine.client();

    EmbeddedDynamo() {
        create(ORDERS, "customerId", ScalarAttributeType.S, "orderId", ScalarAttributeType.N);
        create(SESSIONS, "id", ScalarAttributeType.S, null, null);
        create(BLOBS, "id", ScalarAttributeType.N, "part", ScalarAttributeType.B);
        create(BINARIES, "id", ScalarAttributeType.B, null, null);
        create(NUMBERS, "id", ScalarAttributeType.N, null, null);
        create(NOTES, "p", ScalarAttributeType.S, "s", ScalarAttributeType.S);
    }

    DynamoDbClient client() {
        return client;
    }

    private void create(
            String table, String partition, ScalarAttributeType partitionType, String sort, ScalarAttributeType type) {
        CreateTableRequest.Builder request = CreateTableRequest.builder()
                .tableName(table)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .keySchema(
                        sort == null
                                ? new KeySchemaElement[] {key(partition, KeyType.HASH)}
                                : new KeySchemaElement[] {key(partition, KeyType.HASH), key(sort, KeyType.RANGE)});
        AttributeDefinition own = attribute(partition, partitionType);
        switch (table) {
            case ORDERS ->
                request.attributeDefinitions(
                                own,
                                attribute(sort, type),
                                attribute("status", ScalarAttributeType.S),
                                attribute("madeAt", ScalarAttributeType.N))
                        .globalSecondaryIndexes(index -> index.indexName("byStatus")
                                .keySchema(key("status", KeyType.HASH), key("madeAt", KeyType.RANGE))
                                .projection(all()));
            case NOTES ->
                request.attributeDefinitions(own, attribute(sort, type), attribute("l", ScalarAttributeType.S))
                        .localSecondaryIndexes(index -> index.indexName("byL")
                                .keySchema(key(partition, KeyType.HASH), key("l", KeyType.RANGE))
                                .projection(projection -> projection.projectionType(ProjectionType.KEYS_ONLY)));
            default ->
                request.attributeDefinitions(
                        sort == null
                                ? new AttributeDefinition[] {own}
                                : new AttributeDefinition[] {own, attribute(sort, type)});
        }
        client.createTable(request.build());
    }

    private static Projection all() {
        return Projection.builder().projectionType(ProjectionType.ALL).build();
    }

    private static KeySchemaElement key(String name, KeyType type) {
        return KeySchemaElement.builder().attributeName(name).keyType(type).build();
    }

    private static AttributeDefinition attribute(String name, ScalarAttributeType type) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(type)
                .build();
    }

    @Override
    public void close() {
        client.close();
        engine.close();
    }
}
