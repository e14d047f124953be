package dev.penstock.local.store;

import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/** The plainest tables there are, for tests that go to the store itself. */
public final class TestTables {
    private TestTables() {}

    /** An active table with the string key {@code id}. */
    public static TableDescription described(String region, String name) {
        return TableDescription.builder()
                .tableName(name)
                .tableArn("arn:aws:dynamodb:" + region + ":000000000000:table/" + name)
                .tableStatus(TableStatus.ACTIVE)
                .keySchema(key("id", KeyType.HASH))
                .attributeDefinitions(attribute("id"))
                .billingModeSummary(summary -> summary.billingMode(BillingMode.PAY_PER_REQUEST))
                .build();
    }

    /** Makes a table with the string key {@code id}. */
    public static void create(DynamoDbClient client, String name) {
        client.createTable(create -> create.tableName(name)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(attribute("id"))
                .keySchema(key("id", KeyType.HASH)));
    }

    /** A string attribute. */
    public static AttributeDefinition attribute(String name) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(ScalarAttributeType.S)
                .build();
    }

    public static KeySchemaElement key(String name, KeyType type) {
        return KeySchemaElement.builder().attributeName(name).keyType(type).build();
    }
}
