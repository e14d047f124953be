package dev.penstock.it;

import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;

/** Tables of tests: each gets a name of its own, so that tests can share a cloud. */
final class Tables {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private Tables() {}

    /** A table with the key customerId, orderId and a stream of both images; returned when it is active. */
    static String create(DynamoDbClient dynamoDb, String name) {
        String table = name + "-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
        dynamoDb.createTable(create -> create.tableName(table)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(text("customerId"), text("orderId"))
                .keySchema(key("customerId", KeyType.HASH), key("orderId", KeyType.RANGE))
                .streamSpecification(
                        stream -> stream.streamEnabled(true).streamViewType(StreamViewType.NEW_AND_OLD_IMAGES)));
        dynamoDb.waiter().waitUntilTableExists(describe -> describe.tableName(table));
        return table;
    }

    private static AttributeDefinition text(String name) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(ScalarAttributeType.S)
                .build();
    }

    private static KeySchemaElement key(String name, KeyType type) {
        return KeySchemaElement.builder().attributeName(name).keyType(type).build();
    }
}
