package dev.penstock.lambdas.archive;

import static dev.penstock.lambdas.item.Value.number;
import static dev.penstock.lambdas.item.Value.string;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.tables.TableNames;
import dev.penstock.lambdas.telemetry.Telemetry;
import dev.penstock.lambdas.testing.StreamedTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Expired sessions, and nothing else, are in the archive, each once. */
class ArchiveTest {
    private static final Table SESSIONS = Storefront.catalog().table("Sessions");

    private final Map<String, byte[]> objects = new TreeMap<>();
    private final ArchiveHandler handler = new ArchiveHandler(
            Storefront.catalog(), new TableNames(""), objects::put, (record, reason) -> {}, Telemetry.silent());
    private final ArchivedItems archived = new ArchivedItems(new ArchivedItems.Objects() {
        @Override
        public List<String> keys(String prefix) {
            return objects.keySet().stream()
                    .filter(key -> key.startsWith(prefix))
                    .toList();
        }

        @Override
        public byte[] read(String key) {
            return objects.get(key);
        }
    });

    @Test
    void expiredItemsAreArchivedUnderTheDayOfTheirExpiry() {
        deliver(expired(7), expired(8));
        String key = objects.keySet().iterator().next();
        assertTrue(key.startsWith("expired/Sessions/2026/11/22/2026-11-22T09-00-00.000/0000"), key);
        assertTrue(key.endsWith("0007.json.gz"), key);
        assertEquals(List.of(session(7), session(8)), read());
    }

    @Test
    void deletesByUsersAreNotArchived() {
        deliver(record(7, false));
        assertEquals(Map.of(), objects);
    }

    @Test
    void batchDeliveredAgainReplacesItsObject() {
        deliver(expired(7), expired(8), expired(9));
        deliver(expired(7), expired(8), expired(9));
        assertEquals(List.of(session(7), session(8), session(9)), read());
    }

    @Test
    void batchCutDifferentlyLeavesNoItemTwice() {
        deliver(expired(7), expired(8), expired(9));
        deliver(expired(7));
        deliver(expired(8), expired(9), expired(10));
        assertEquals(List.of(session(7), session(8), session(9), session(10)), read());
    }

    @Test
    void redriveThatArchivesAnItemTwiceIsReadOnce() {
        deliver(expired(7), expired(8), expired(9));
        deliver(expired(8));
        assertEquals(2, objects.size());
        assertEquals(List.of(session(7), session(8), session(9)), read());
        List<Map<String, Value>> lines = new ArrayList<>();
        archived.lines("expired/Sessions/", lines::add);
        assertEquals(List.of(session(7), session(8), session(9), session(8)), lines);
    }

    private List<Map<String, Value>> read() {
        List<Map<String, Value>> items = new ArrayList<>();
        archived.forEach("expired/Sessions/", items::add);
        return items;
    }

    private void deliver(DynamodbStreamRecord... records) {
        DynamodbEvent event = new DynamodbEvent();
        event.setRecords(List.of(records));
        assertTrue(handler.handleRequest(event, null).getBatchItemFailures().isEmpty());
    }

    private static DynamodbStreamRecord expired(int number) {
        return record(number, true);
    }

    private static DynamodbStreamRecord record(int number, boolean expired) {
        return StreamedTable.record(
                SESSIONS,
                "2026-11-22T09:00:00.000",
                Integer.toString(number),
                Instant.parse("2026-11-22T23:59:59Z"),
                session(number),
                Map.of(),
                expired);
    }

    private static Map<String, Value> session(int number) {
        return Map.of(
                "sessionId", string("s" + number),
                "expiresAt", number(1_763_000_000L),
                "data", new Value.M(Map.of("quote", string("\"\n\\ é"))));
    }
}
