package dev.penstock.lambdas.testing;

import dev.penstock.lambdas.catalog.Attribute;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Table;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.dynamodb.services.local.embedded.DynamoDBEmbedded;
import software.amazon.dynamodb.services.local.shared.access.AmazonDynamoDBLocal;

/** Amazon DynamoDB Local, embedded and in memory, with the tables of a catalog. */
public final class Engine implements AutoCloseable {
    private final AmazonDynamoDBLocal local = DynamoDBEmbedded.create(true);
    private final DynamoDbClient client = local.dynamoDbClient();

    public Engine(Catalog catalog) {
        catalog.allTables().forEach(this::create);
    }

    public DynamoDbClient client() {
        return client;
    }

    /** Deletes a table's items by making it anew. */
    public void recreate(Table table) {
        client.deleteTable(request -> request.tableName(table.name()));
        create(table);
    }

    private void create(Table table) {
        client.createTable(request -> request.tableName(table.name())
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(table.keys().stream()
                        .map(key -> AttributeDefinition.builder()
                                .attributeName(key.name())
                                .attributeType(key.type().name())
                                .build())
                        .toList())
                .keySchema(table.keys().stream()
                        .map(key -> KeySchemaElement.builder()
                                .attributeName(key.name())
                                .keyType(isPartition(table, key) ? KeyType.HASH : KeyType.RANGE)
                                .build())
                        .toList()));
    }

    private static boolean isPartition(Table table, Attribute key) {
        return key.equals(table.partitionKey());
    }

    @Override
    public void close() {
        client.close();
        local.shutdownNow();
    }
}
