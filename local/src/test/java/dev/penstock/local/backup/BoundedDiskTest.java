package dev.penstock.local.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.journal.Faults;
import dev.penstock.local.journal.Journal;
import dev.penstock.local.store.EmbeddedEngine;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.Table;
import dev.penstock.local.store.TestTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoverySpecification;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;

/** The journal holds 35 days however long the runtime lives; what must outlive them is in files of its own. */
class BoundedDiskTest {
    private static final int KEYS = 20;
    private static final int DAYS = 120;
    private static final int SEGMENT_BYTES = 32 << 10;

    private final MovableClock clock = new MovableClock(() -> Instant.parse("2026-01-01T00:00:00Z"));

    @TempDir
    Path folder;

    @Test
    void diskUseIsThatOfThirtyFiveDaysAndOfTheBackupsKept() throws IOException {
        ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor();
        try (EmbeddedEngine engine = EmbeddedEngine.start();
                RegionStore store = RegionStore.open(new RegionStore.Options(
                        "eu-west-1",
                        clock,
                        folder.resolve("journal"),
                        engine.client(),
                        false,
                        new Journal.Options(SEGMENT_BYTES, false, Faults.NONE),
                        failure -> {},
                        count -> {}))) {
            BackupApi.Region region = BackupApi.Region.open(store, folder.resolve("backups"), tasks);
            Table table = table(store, "Kept");
            Table deleted = table(store, "Deleted");
            recover(region, "Kept");
            recover(region, "Deleted");
            write(store, "Kept", 0);
            write(store, "Deleted", 0);
            BackupDocument backup = region.backups().create(table, "first-day");
            store.delete(deleted);
            assertEquals(2, files());

            long after40 = 0;
            for (int day = 1; day <= DAYS; day++) {
                clock.advance(Duration.ofDays(1));
                write(store, "Kept", day);
                store.checkpoint();
                region.backups().doWork();
                if (day == 40) {
                    after40 = size(folder.resolve("journal"));
                }
            }
            long atTheEnd = size(folder.resolve("journal"));
            assertTrue(
                    atTheEnd <= after40 + 2L * SEGMENT_BYTES,
                    "after 40 days " + after40 + " bytes, after " + DAYS + " days " + atTheEnd);
            assertEquals(1, files(), "the SYSTEM backup is over after 35 days, the other is kept");

            Map<String, String> held = new HashMap<>();
            region.backups()
                    .items(
                            region.backups().find(backup.arn()),
                            item -> held.put(item.get("id").s(), item.get("day").n()));
            assertEquals(KEYS, held.size());
            assertTrue(held.values().stream().allMatch("0"::equals), held.toString());

            // The far end of the window can still be restored, to the day.
            Map<String, String> past = new HashMap<>();
            store.pointInTime()
                    .scan(
                            table,
                            clock.instant().minus(Duration.ofDays(34)).minusSeconds(1),
                            item -> past.put(item.get("id").s(), item.get("day").n()));
            assertTrue(past.values().stream().allMatch(Integer.toString(DAYS - 35)::equals), past.toString());
        } finally {
            tasks.close();
        }
    }

    private static void recover(BackupApi.Region region, String table) {
        region.continuous()
                .update(
                        table,
                        PointInTimeRecoverySpecification.builder()
                                .pointInTimeRecoveryEnabled(true)
                                .recoveryPeriodInDays(35)
                                .build());
    }

    private static void write(RegionStore store, String table, int day) {
        for (int key = 0; key < KEYS; key++) {
            store.put(PutItemRequest.builder()
                    .tableName(table)
                    .item(Map.of(
                            "id", AttributeValue.fromS("k" + key),
                            "day", AttributeValue.fromN(Integer.toString(day)),
                            "filler", AttributeValue.fromS("x".repeat(400))))
                    .build());
        }
    }

    private long files() throws IOException {
        try (var files = Files.list(folder.resolve("backups"))) {
            return files.count();
        }
    }

    private static long size(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    private static Table table(RegionStore store, String name) {
        return store.create(TestTables.described("eu-west-1", name), created -> List.of());
    }
}
