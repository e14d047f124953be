package dev.penstock.lambdas.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.lambdas.archive.ArchiveHandler;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What the catalog refuses, and with which reason. */
class CatalogRulesTest {
    private static final Table NOTES =
            Table.named("Notes").key("owner").sort("noteId").build();
    private static final Table EVENTS = Table.named("Events")
            .key("eventId")
            .expires("gone")
            .archive("expired/Events/", 30)
            .appendOnly()
            .build();
    private static final Consumer EVENT_ARCHIVE = Consumer.archive("EventArchive", EVENTS, ArchiveHandler.class);

    @Test
    void atMostTwoMappingsPerTable() {
        refuses(
                "at most two readers per shard; mappings on table Notes",
                () -> catalog(
                        List.of(NOTES), consumer("One", "Notes"), consumer("Two", "Notes"), consumer("Six", "Notes")));
    }

    @Test
    void projectorCountsAsOneMapping() {
        View view = View.named("ByColour", "Notes")
                .key("colour")
                .sort("note", "owner", "noteId")
                .build();
        refuses(
                "at most two readers per shard; mappings on table Notes",
                () -> new Catalog(
                        List.of(NOTES),
                        List.of(view),
                        List.of(),
                        List.of(consumer("One", "Notes"), consumer("Two", "Notes"))));
    }

    @Test
    void atMostOneMappingOnGlobalTable() {
        Table global = Table.named("Notes")
                .key("owner")
                .replicated(Table.Replicas.EVENTUAL)
                .build();
        refuses(
                "of which replication is one",
                () -> catalog(List.of(global), consumer("One", "Notes"), consumer("Two", "Notes")));
    }

    @Test
    void viewKeyContainsTheSourceKey() {
        View view = View.named("ByColour", "Notes").key("colour").sort("owner").build();
        refuses("it lacks [noteId]", () -> new Catalog(List.of(NOTES), List.of(view), List.of(), List.of()));
    }

    @Test
    void explodedViewKeyContainsTheLineNumber() {
        View view = View.named("Words", "Notes")
                .explode("words", 5)
                .key("word", "words.text")
                .sort("note", "owner", "noteId")
                .build();
        refuses("it lacks [$line]", () -> new Catalog(List.of(NOTES), List.of(view), List.of(), List.of()));
    }

    @Test
    void oneChangeFitsOneTransaction() {
        View view = View.named("Words", "Notes")
                .explode("words", 50)
                .key("word", "words.text")
                .sort("note", "owner", "noteId", Explode.LINE)
                .build();
        refuses(
                "101 actions; allowed: 1 to 100",
                () -> new Catalog(List.of(NOTES), List.of(view), List.of(), List.of()));
    }

    @Test
    void windowedAggregateNeedsAppendOnlySource() {
        Table table = Table.named("Events").key("eventId").build();
        refuses(
                "takes nothing back; source Events",
                () -> aggregates(table, windowed().build()));
    }

    @Test
    void windowedAggregateHasOneGroupPerItem() {
        refuses(
                "counts a record in one group",
                () -> windowed().explode("lines", 10).build());
    }

    @Test
    void windowedAggregateNeedsFactorOne() {
        refuses(
                "tumbling window needs parallelization factor 1: given 2; allowed: 1",
                () -> BatchSettings.WINDOWED.withParallelization(2));
    }

    @Test
    void windowedProjectorNeverDiscards() {
        Table table = Table.named("Events")
                .key("eventId")
                .appendOnly()
                .projectorBatch(BatchSettings.WINDOWED.withRetry(5, Duration.ofHours(1)))
                .build();
        refuses("never discards", () -> aggregates(table, windowed().build()));
    }

    /** An outage must not empty a shard into the failure bucket, and it may last for hours. */
    @Test
    void outagesAreRetriedByAgeForHours() {
        for (BatchSettings settings : List.of(BatchSettings.PROJECTOR, BatchSettings.MAIL, BatchSettings.ARCHIVE)) {
            assertEquals(Duration.ofHours(20), settings.maxRecordAge());
            assertEquals(10_000, settings.maxRetryAttempts(), "a backstop: more than 20 hours of retries");
        }
        assertTrue(BatchSettings.PROJECTOR.bisect());
        for (Consumer consumer : Storefront.catalog().allConsumers()) {
            BatchSettings settings = consumer.batch();
            assertTrue(
                    settings.isWindowed() ? !settings.discards() : settings.maxRecordAge() != null,
                    consumer.toString());
        }
    }

    @Test
    void windowedProjectorNeedsTumblingWindow() {
        Table table = Table.named("Events")
                .key("eventId")
                .appendOnly()
                .projectorBatch(BatchSettings.PROJECTOR)
                .build();
        refuses(
                "a tumbling window tells the shard",
                () -> aggregates(table, windowed().build()));
    }

    @Test
    void minAndMaxOnlyWhereNothingIsTakenBack() {
        refuses(
                "min and max only where nothing is taken back",
                () -> Aggregate.named("Longest", "Notes")
                        .groupBy("owner")
                        .measure(Measure.count("notes"), Measure.max("longest", "length"))
                        .build());
    }

    @Test
    void aggregateHasCount() {
        refuses(
                "has a count",
                () -> Aggregate.named("Totals", "Notes")
                        .groupBy("owner")
                        .measure(Measure.sum("length", "length"))
                        .build());
    }

    @Test
    void keepingExpiredEffectsNeedsArchive() {
        refuses(
                "verify and rebuild need them from the archive",
                () -> new Catalog(List.of(EVENTS), List.of(), List.of(windowed().build()), List.of()));
    }

    @Test
    void keepingExpiredEffectsNeedsAppendOnlySource() {
        Table table = Table.named("Notes")
                .key("owner")
                .expires("gone")
                .archive("x/", 3)
                .build();
        refuses(
                "can't be used again",
                () -> aggregates(
                        table,
                        Aggregate.named("Counts", "Notes")
                                .groupBy("owner")
                                .measure(Measure.count("notes"))
                                .onExpiry(OnExpiry.KEEP)
                                .build()));
    }

    /** Another region's expiry has no identity, so it would be taken back. */
    @Test
    void keepingExpiredEffectsNeedsTableOfOneRegion() {
        Table table = Table.named("Notes")
                .key("owner")
                .expires("gone")
                .archive("x/", 3)
                .appendOnly()
                .replicated(Table.Replicas.EVENTUAL)
                .build();
        refuses(
                "can't be told from a delete; Notes",
                () -> aggregates(
                        table,
                        Aggregate.named("Counts", "Notes")
                                .groupBy("owner")
                                .measure(Measure.count("notes"))
                                .onExpiry(OnExpiry.KEEP)
                                .build()));
    }

    @Test
    void stronglyConsistentTableHasNoTtl() {
        refuses(
                "has no TTL",
                () -> Table.named("Notes")
                        .key("owner")
                        .replicated(Table.Replicas.STRONG)
                        .expires("gone")
                        .build());
    }

    @Test
    void stronglyConsistentTableTakesNoTransactions() {
        refuses(
                "takes no transactions",
                () -> Table.named("Notes")
                        .key("owner")
                        .replicated(Table.Replicas.STRONG)
                        .transactional()
                        .build());
    }

    @Test
    void globalTableNeedsBothImages() {
        refuses(
                "a global table needs a stream with both images",
                () -> Table.named("Notes").key("owner").replicated(Table.Replicas.EVENTUAL).stream(
                                Table.StreamView.KEYS_ONLY)
                        .build());
    }

    @Test
    void consumerMayNotWriteItsOwnSource() {
        Consumer loop = new Consumer(
                "Loop",
                "Notes",
                ArchiveHandler.class,
                List.of(),
                BatchSettings.PROJECTOR,
                List.of(new Access.Writes("Notes")),
                Consumer.Activity.EVERY_REGION);
        refuses("wakes itself in a loop", () -> catalog(List.of(NOTES), loop));
    }

    @Test
    void unknownSourceIsNamed() {
        refuses(
                "source of One: given Missing; allowed: [Notes]",
                () -> catalog(List.of(NOTES), consumer("One", "Missing")));
    }

    @Test
    void rangesOfBatchSettings() {
        refuses("batch size: given 10001; allowed: 1 to 10000", () -> BatchSettings.PROJECTOR.withBatchSize(10_001));
        refuses("batching window", () -> BatchSettings.PROJECTOR.withWindow(Duration.ofSeconds(301)));
        refuses("parallelization factor", () -> BatchSettings.PROJECTOR.withParallelization(11));
        refuses("maximum retry attempts", () -> BatchSettings.PROJECTOR.withRetry(10_001, null));
        refuses("maximum record age", () -> BatchSettings.PROJECTOR.withRetry(1, Duration.ofSeconds(59)));
    }

    @Test
    void rangesOfTables() {
        refuses(
                "recovery days",
                () -> Table.named("Notes").key("owner").recoveryDays(36).build());
        refuses(
                "recovery days",
                () -> Table.named("Notes").key("owner").recoveryDays(0).build());
        refuses("no partition key", () -> Table.named("Notes").build());
        refuses("table name", () -> Table.named("No notes").key("owner").build());
    }

    @Test
    void oneOfEachAddsWhatFollowsFromIt() {
        View view = View.named("ByColour", "Notes")
                .key("colour")
                .sort("note", "owner", "noteId")
                .build();
        Catalog catalog = new Catalog(
                List.of(NOTES, EVENTS), List.of(view), List.of(windowed().build()), List.of(EVENT_ARCHIVE));
        assertEquals(
                List.of("ByColour", "Longest", "NotesControl", "EventsHoles", "Epochs"),
                catalog.derivedTables().stream().map(Table::name).toList());
        assertEquals(
                List.of("EventArchive", "NotesProjector", "EventsProjector"),
                catalog.allConsumers().stream().map(Consumer::name).toList());
    }

    private static Aggregate.Builder windowed() {
        return Aggregate.named("Longest", "Events")
                .groupBy("kind")
                .measure(Measure.count("events"), Measure.max("longest", "length"))
                .windowed();
    }

    private static Catalog aggregates(Table table, Aggregate aggregate) {
        return new Catalog(List.of(table), List.of(), List.of(aggregate), List.of());
    }

    private static Catalog catalog(List<Table> tables, Consumer... consumers) {
        return new Catalog(tables, List.of(), List.of(), List.of(consumers));
    }

    private static Consumer consumer(String name, String source) {
        return new Consumer(
                name,
                source,
                ArchiveHandler.class,
                List.of(),
                BatchSettings.PROJECTOR,
                List.of(),
                Consumer.Activity.EVERY_REGION);
    }

    private static void refuses(String reason, Executable declaration) {
        String message =
                assertThrows(IllegalArgumentException.class, declaration).getMessage();
        assertTrue(message.contains(reason), message);
    }
}
