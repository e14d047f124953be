package dev.penstock.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.clients.Await;
import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * What a user does who makes Penstock theirs: one declaration each of a table, a view, an aggregate and a consumer is
 * written into {@code Storefront.java}, which is compiled, packed and synthesized; then all of it works locally.
 */
class OneDeclarationIT {
    private static final String STOREFRONT = "dev/penstock/lambdas/catalog/Storefront";
    private static final Path ZIPS = Path.of("lambdas", "target");

    private static final String DECLARATIONS = """
                private static final Table RETURNS = Table.named("Returns")
                        .key("customerId")
                        .sort("returnId")
                        .expires("expiresAt")
                        .archive("expired/Returns/", 30)
                        .build();

                private static final View RETURNS_BY_REASON = View.named("ReturnsByReason", "Returns")
                        .key("reason")
                        .sort("returned", "createdAt", "customerId", "returnId")
                        .build();

                private static final Aggregate RETURNS_PER_DAY = Aggregate.named("ReturnsPerDay", "Returns")
                        .groupBy("reason")
                        .perDay("createdAt")
                        .measure(count("returns"))
                        .build();

                private static final Catalog CATALOG""";

    @Test
    void isAllThatItTakes(@TempDir Path folder) throws Exception {
        Path classes = compiled(folder);
        Path assembly = Stage.synthesize(
                folder.resolve("cdk.out"),
                classes + File.pathSeparator + Stage.classPath(),
                Map.of("penstock:codeDirectory", packed(folder, classes).toString()));
        try (var runtime = LocalRuntime.start(Options.inMemory().withAssembly(assembly))) {
            var dynamoDb = runtime.clients().of(DynamoDbClient.class);
            assertTrue(dynamoDb.listTables()
                    .tableNames()
                    .containsAll(List.of("Returns", "ReturnsByReason", "ReturnsPerDay", "ReturnsControl")));
            long expiresAt = runtime.clock().instant().plus(Duration.ofDays(1)).getEpochSecond();
            put(dynamoDb, "1", "TOO_SMALL", expiresAt);
            put(dynamoDb, "2", "TOO_SMALL", expiresAt);
            put(dynamoDb, "3", "BROKEN", expiresAt);

            // The view and the aggregate follow the items.
            Await.until(
                    Duration.ofSeconds(60),
                    "two groups",
                    () -> returnsPerDay(dynamoDb).equals(Map.of("TOO_SMALL", "2", "BROKEN", "1")));
            assertEquals(2, returned(dynamoDb, "TOO_SMALL"));

            // The row of the view moves when its key changes.
            put(dynamoDb, "3", "TOO_SMALL", expiresAt);
            Await.until(Duration.ofSeconds(60), "three rows", () -> returned(dynamoDb, "TOO_SMALL") == 3);
            assertEquals(0, returned(dynamoDb, "BROKEN"));

            // Expired items go to the archive by the declared consumer.
            runtime.clock().advance(Duration.ofDays(2));
            var s3 = runtime.clients().of(S3Client.class);
            String bucket = s3.listBuckets().buckets().stream()
                    .map(found -> found.name())
                    .filter(name -> name.contains("archive"))
                    .findFirst()
                    .orElseThrow();
            Await.until(
                    Duration.ofSeconds(60),
                    "archived items",
                    () -> !s3.listObjectsV2(list -> list.bucket(bucket).prefix("expired/Returns/"))
                            .contents()
                            .isEmpty());
            assertEquals(0, dynamoDb.scan(scan -> scan.tableName("Returns")).count());
        }
    }

    private static void put(DynamoDbClient dynamoDb, String id, String reason, long expiresAt) {
        dynamoDb.putItem(put -> put.tableName("Returns")
                .item(Map.of(
                        "customerId", AttributeValue.fromS("ada"),
                        "returnId", AttributeValue.fromS(id),
                        "reason", AttributeValue.fromS(reason),
                        "createdAt", AttributeValue.fromS("2026-03-01T10:00:00Z"),
                        "expiresAt", AttributeValue.fromN(Long.toString(expiresAt)))));
    }

    private static int returned(DynamoDbClient dynamoDb, String reason) {
        return dynamoDb.query(query -> query.tableName("ReturnsByReason")
                        .keyConditionExpression("reason = :r")
                        .expressionAttributeValues(Map.of(":r", AttributeValue.fromS(reason))))
                .count();
    }

    private static Map<String, String> returnsPerDay(DynamoDbClient dynamoDb) {
        Map<String, Integer> sums = new TreeMap<>();
        dynamoDb.scan(scan -> scan.tableName("ReturnsPerDay"))
                .items()
                .forEach(row -> sums.merge(
                        row.get("reason").s(),
                        Integer.parseInt(row.get("returns").n()),
                        Integer::sum));
        Map<String, String> text = new TreeMap<>();
        sums.forEach((reason, sum) -> text.put(reason, sum.toString()));
        return text;
    }

    /** Storefront.java with the declarations, compiled; what was there stays as it was. */
    private static Path compiled(Path folder) throws IOException {
        String source = Files.readString(Path.of("lambdas/src/main/java", STOREFRONT + ".java"));
        String declared = source.replace(
                        "    private static final Catalog CATALOG",
                        DECLARATIONS.stripLeading().indent(4).stripTrailing())
                .replace("ORDERS, USAGE_EVENTS)", "ORDERS, USAGE_EVENTS, RETURNS)")
                .replace("ORDER_LINES_BY_PRODUCT)", "ORDER_LINES_BY_PRODUCT, RETURNS_BY_REASON)")
                .replace("USAGE_BY_HOUR)", "USAGE_BY_HOUR, RETURNS_PER_DAY)")
                .replace(
                        "Consumer.archive(\"UsageArchive\"",
                        "Consumer.archive(\"ReturnsArchive\", RETURNS, ArchiveHandler.class),\n"
                                + "                    Consumer.archive(\"UsageArchive\"");
        Path file = Files.createDirectories(folder.resolve("source/dev/penstock/lambdas/catalog"))
                .resolve("Storefront.java");
        Files.writeString(file, declared, StandardCharsets.UTF_8);
        Path classes = Files.createDirectories(folder.resolve("classes"));
        int failed = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-cp",
                        Stage.classPath(),
                        "-d",
                        classes.toString(),
                        file.toString());
        assertEquals(0, failed, "the edited Storefront.java compiles");
        return classes;
    }

    /** The zips of the functions, with the edited catalog in them. */
    private static Path packed(Path folder, Path classes) throws IOException {
        Path zips = Files.createDirectories(folder.resolve("zips"));
        try (Stream<Path> built = Files.list(ZIPS)) {
            for (Path zip :
                    built.filter(path -> path.toString().endsWith(".zip")).toList()) {
                Path copy = Files.copy(zip, zips.resolve(zip.getFileName()));
                try (FileSystem inside = FileSystems.newFileSystem(copy)) {
                    Files.copy(
                            classes.resolve(STOREFRONT + ".class"),
                            inside.getPath(STOREFRONT + ".class"),
                            StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
        return zips;
    }
}
