package dev.penstock.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Environment;
import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.projector.ProjectorHandler;
import dev.penstock.local.clients.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.EventSourcePosition;
import software.amazon.awssdk.services.s3.S3Client;

/** The zip that deploys, behind an event source mapping: orders become rows of views and aggregates. */
class FunctionsIT {
    /** Of tables and function, so that a cloud that is already up can be used again. */
    private static final String PREFIX = "it" + ProcessHandle.current().pid() + "-";

    @Scenario
    void theProjectorsZipKeepsViewsAndAggregates(Cloud cloud) throws IOException {
        var dynamoDb = cloud.clients().of(DynamoDbClient.class);
        for (Table table : tablesOfOrders()) {
            create(dynamoDb, table);
        }
        String bucket = PREFIX + "failures";
        cloud.clients().of(S3Client.class).createBucket(create -> create.bucket(bucket));
        String function = project(cloud, bucket);
        String mapping = map(cloud, function);
        try {
            dynamoDb.putItem(put -> put.tableName(PREFIX + "Orders").item(order("1", "PLACED", "10.50")));
            dynamoDb.putItem(put -> put.tableName(PREFIX + "Orders").item(order("2", "PLACED", "4.50")));
            dynamoDb.putItem(put -> put.tableName(PREFIX + "Orders").item(order("1", "SHIPPED", "10.50")));

            Await.until(
                    Duration.ofMinutes(3),
                    "the view to follow the status",
                    () -> status(dynamoDb, "PLACED") == 1 && status(dynamoDb, "SHIPPED") == 1);
            Await.until(
                    Duration.ofMinutes(1),
                    "the total of two orders",
                    () -> total(dynamoDb).equals("2 orders, 15"));
        } finally {
            cloud.clients().of(LambdaClient.class).deleteEventSourceMapping(delete -> delete.uuid(mapping));
        }
    }

    /** Orders, what derives from them, and what their projector keeps. */
    private static List<Table> tablesOfOrders() {
        Catalog catalog = Storefront.catalog();
        List<String> names = new ArrayList<>(List.of("Orders", Catalog.controlName("Orders"), Catalog.EPOCHS));
        catalog.effectsOf("Orders").forEach(effect -> names.add(effect.tableName()));
        return catalog.allTables().stream()
                .filter(table -> names.contains(table.name()))
                .toList();
    }

    private static void create(DynamoDbClient dynamoDb, Table table) {
        var keys = Stream.concat(Stream.of(table.partitionKey()), Optional.ofNullable(table.sortKey()).stream())
                .toList();
        String name = PREFIX + table.name();
        dynamoDb.createTable(create -> create.tableName(name)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(keys.stream()
                        .map(key -> AttributeDefinition.builder()
                                .attributeName(key.name())
                                .attributeType(key.type().name())
                                .build())
                        .toList())
                .keySchema(keys.stream()
                        .map(key -> KeySchemaElement.builder()
                                .attributeName(key.name())
                                .keyType(key.equals(keys.getFirst()) ? KeyType.HASH : KeyType.RANGE)
                                .build())
                        .toList())
                .streamSpecification(stream -> {
                    if (table.name().equals("Orders")) {
                        stream.streamEnabled(true).streamViewType(StreamViewType.NEW_AND_OLD_IMAGES);
                    } else {
                        stream.streamEnabled(false);
                    }
                }));
        dynamoDb.waiter().waitUntilTableExists(describe -> describe.tableName(name));
    }

    private static String project(Cloud cloud, String bucket) throws IOException {
        var lambda = cloud.clients().of(LambdaClient.class);
        String name = PREFIX + "projector";
        byte[] zip = Files.readAllBytes(Path.of("lambdas", "target", "penstock-function.zip"));
        lambda.createFunction(create -> create.functionName(name)
                .runtime("java25")
                .handler(ProjectorHandler.class.getName())
                .role("arn:aws:iam::000000000000:role/projector")
                .memorySize(512)
                .timeout(60)
                .code(code -> code.zipFile(SdkBytes.fromByteArrayUnsafe(zip)))
                .environment(environment -> environment.variables(Map.of(
                        Environment.TABLE_PREFIX, PREFIX,
                        Environment.FAILURE_BUCKET, bucket,
                        Environment.CONSUMER, "OrdersProjector"))));
        lambda.waiter().waitUntilFunctionActiveV2(get -> get.functionName(name));
        return name;
    }

    private static String map(Cloud cloud, String function) {
        String stream = cloud.clients()
                .of(DynamoDbClient.class)
                .describeTable(describe -> describe.tableName(PREFIX + "Orders"))
                .table()
                .latestStreamArn();
        return cloud.clients()
                .of(LambdaClient.class)
                .createEventSourceMapping(create -> create.functionName(function)
                        .eventSourceArn(stream)
                        .startingPosition(EventSourcePosition.TRIM_HORIZON)
                        .batchSize(100)
                        .functionResponseTypesWithStrings("ReportBatchItemFailures"))
                .uuid();
    }

    private static Map<String, AttributeValue> order(String id, String status, String total) {
        return Map.of(
                "customerId", AttributeValue.fromS("ada"),
                "orderId", AttributeValue.fromS(id),
                "status", AttributeValue.fromS(status),
                "createdAt", AttributeValue.fromS("2026-03-01T10:00:00Z"),
                "currency", AttributeValue.fromS("EUR"),
                "country", AttributeValue.fromS("DE"),
                "total", AttributeValue.fromN(total),
                "lines",
                        AttributeValue.fromL(List.of(AttributeValue.fromM(Map.of(
                                "productId", AttributeValue.fromS("p" + id),
                                "quantity", AttributeValue.fromN("1"),
                                "price", AttributeValue.fromN(total))))));
    }

    private static int status(DynamoDbClient dynamoDb, String status) {
        return dynamoDb.query(query -> query.tableName(PREFIX + "OrdersByStatus")
                        .keyConditionExpression("#s = :s")
                        .expressionAttributeNames(Map.of("#s", "status"))
                        .expressionAttributeValues(Map.of(":s", AttributeValue.fromS(status))))
                .count();
    }

    /** Of all lanes of the only customer. */
    private static String total(DynamoDbClient dynamoDb) {
        Map<String, Double> sums = new TreeMap<>();
        dynamoDb.scan(scan -> scan.tableName(PREFIX + "CustomerTotals").consistentRead(true))
                .items()
                .forEach(row -> {
                    for (String measure : List.of("orders", "total")) {
                        sums.merge(measure, Double.valueOf(row.get(measure).n()), Double::sum);
                    }
                });
        assertEquals(true, sums.keySet().stream().allMatch(List.of("orders", "total")::contains));
        return sums.isEmpty() ? "none" : "%.0f orders, %.0f".formatted(sums.get("orders"), sums.get("total"));
    }
}
