package dev.penstock.local.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.journal.Journal;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;

/** In front of an engine that outlives us: its tables become ours, its items stay its own. */
class AdoptionTest {
    @TempDir
    Path folder;

    @Test
    void adoptsTablesAndLoadsOnlyThoseTheEngineLost() {
        try (EmbeddedEngine engine = EmbeddedEngine.start()) {
            TestTables.create(engine.client(), "Theirs");
            engine.client().putItem(put -> put.tableName("Theirs").item(Map.of("id", AttributeValue.fromS("old"))));
            try (RegionStore store = open(engine)) {
                assertEquals(
                        "arn:aws:dynamodb:eu-central-1:000000000000:table/Theirs",
                        store.tables().active("Theirs").arn());
                store.put(put("new"));
            }
            try (RegionStore store = open(engine)) {
                assertEquals(2, items(store).size());
            }
        }
        try (EmbeddedEngine another = EmbeddedEngine.start();
                RegionStore store = open(another)) {
            assertEquals(Set.of("old", "new"), Set.copyOf(items(store)), "what was there when it was adopted, too");
        }
    }

    private RegionStore open(EmbeddedEngine engine) {
        return RegionStore.open(new RegionStore.Options(
                "eu-central-1",
                new MovableClock(InstantSource.system()),
                folder,
                engine.client(),
                true,
                Journal.Options.DEFAULT,
                failure -> {},
                count -> {}));
    }

    private static List<String> items(RegionStore store) {
        List<String> ids = new ArrayList<>();
        store.scan(
                store.tables().active("Theirs"), item -> ids.add(item.get("id").s()));
        return ids;
    }

    private static PutItemRequest put(String id) {
        return PutItemRequest.builder()
                .tableName("Theirs")
                .item(Map.of("id", AttributeValue.fromS(id)))
                .build();
    }
}
