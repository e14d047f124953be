package dev.penstock.local.bench;

import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.store.EmbeddedEngine;
import dev.penstock.local.store.RegionStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/** A folder with a table of so many items, from which a store can be opened again and again. */
final class StartBench implements AutoCloseable {
    private static final String REGION = "us-east-1";

    private final Path folder;
    private final int items;

    StartBench(int items) throws IOException {
        this.folder = Files.createTempDirectory("penstock-bench-start");
        this.items = items;
        try (EmbeddedEngine engine = EmbeddedEngine.start();
                RegionStore store = open(engine.client())) {
            var table = store.create(described(), made -> List.of());
            try (var loader = store.load(table)) {
                for (int i = 0; i < items; i++) {
                    loader.add(table, Items.item(i));
                }
                loader.finish();
            }
            store.activate(table);
        }
    }

    /** Opens it into an empty engine, as a start of the runtime does. */
    Rate start() {
        try (EmbeddedEngine engine = EmbeddedEngine.start()) {
            return Rate.of(items, () -> open(engine.client()).close());
        }
    }

    private RegionStore open(DynamoDbClient engine) {
        return RegionStore.open(
                new RegionStore.Options(REGION, new MovableClock(InstantSource.system()), folder, engine));
    }

    private static TableDescription described() {
        return TableDescription.builder()
                .tableName("Bench")
                .tableArn("arn:aws:dynamodb:" + REGION + ":000000000000:table/Bench")
                .tableStatus(TableStatus.CREATING)
                .billingModeSummary(summary -> summary.billingMode(BillingMode.PAY_PER_REQUEST))
                .attributeDefinitions(AttributeDefinition.builder()
                        .attributeName("id")
                        .attributeType(ScalarAttributeType.S)
                        .build())
                .keySchema(KeySchemaElement.builder()
                        .attributeName("id")
                        .keyType(KeyType.HASH)
                        .build())
                .build();
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Collections.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + folder, e);
        }
    }
}
