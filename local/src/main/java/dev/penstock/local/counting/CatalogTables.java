package dev.penstock.local.counting;

import dev.penstock.lambdas.catalog.Attribute;
import dev.penstock.lambdas.catalog.Table;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;

/** Tables of a catalog, by their keys alone, in a store that no template describes. */
public final class CatalogTables {
    private CatalogTables() {}

    /** Makes each of them empty, whatever was there. */
    public static void recreate(DynamoDbClient client, List<Table> tables) {
        List<String> present = new ArrayList<>(client.listTables().tableNames());
        for (Table table : tables) {
            if (present.contains(table.name())) {
                client.deleteTable(delete -> delete.tableName(table.name()));
            }
            client.createTable(create -> create.tableName(table.name())
                    .billingMode(BillingMode.PAY_PER_REQUEST)
                    .attributeDefinitions(
                            table.keys().stream().map(CatalogTables::definition).toList())
                    .keySchema(table.keys().stream()
                            .map(key -> KeySchemaElement.builder()
                                    .attributeName(key.name())
                                    .keyType(key.equals(table.partitionKey()) ? KeyType.HASH : KeyType.RANGE)
                                    .build())
                            .toList()));
        }
    }

    private static AttributeDefinition definition(Attribute key) {
        return AttributeDefinition.builder()
                .attributeName(key.name())
                .attributeType(key.type().name())
                .build();
    }
}
