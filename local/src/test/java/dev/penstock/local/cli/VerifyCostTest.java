package dev.penstock.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Measure;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.catalog.View;
import dev.penstock.lambdas.tables.TableNames;
import dev.penstock.local.dynamodb.LocalDynamoDb;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What comparing costs is what it reads: both tables of each effect, and each row of a view there and back. */
class VerifyCostTest {
    @Test
    void pagesAndLookUpsAreCounted(@TempDir Path folder) {
        Catalog catalog = new Catalog(
                List.of(Table.named("Notes").key("id").build()),
                List.of(View.named("NotesByColor", "Notes")
                        .key("color")
                        .sort("note", "id")
                        .build()),
                List.of(Aggregate.named("Colors", "Notes")
                        .groupBy("color")
                        .measure(Measure.count("notes"))
                        .build()),
                List.of());
        try (LocalDynamoDb local = new LocalDynamoDb(folder)) {
            List.of("Notes", "NotesByColor", "Colors").forEach(local::createStreaming);
            for (int i = 0; i < 10; i++) {
                var item = Map.of("id", AttributeValue.fromS("n" + i), "text", AttributeValue.fromS("x".repeat(1_000)));
                local.client.putItem(put -> put.tableName("Notes").item(item));
                local.client.putItem(put -> put.tableName("NotesByColor").item(item));
            }
            VerifyCost cost = new VerifyCost(local.client, new TableNames(""), catalog);
            // 10 items of 1,008 bytes are 3 units; the view once more and 10 rows there and back; the aggregate is
            // empty.
            assertEquals(3 + 3 + 2 * 10 + 3, cost.units());
            assertEquals(
                    "verify reads whole tables: about 29 read request units, 0.00 USD at the on-demand price of"
                            + " us-east-1; an archive that effects keep is read besides",
                    cost.text());
        }
    }
}
