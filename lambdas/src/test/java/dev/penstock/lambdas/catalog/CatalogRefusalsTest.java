package dev.penstock.lambdas.catalog;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.lambdas.archive.ArchiveHandler;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each small rule of the catalog: what breaks it is refused by a message that says rule, value and what is allowed. */
class CatalogRefusalsTest {
    private static final Table NOTES =
            Table.named("Notes").key("owner").sort("noteId").build();
    private static final Measure COUNT = Measure.count("notes");

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void isRefused(String reason, Executable declaration) {
        String message =
                assertThrows(IllegalArgumentException.class, declaration).getMessage();
        assertTrue(message.contains(reason), message);
        assertTrue(message.contains("given") && message.contains("allowed"), message);
    }

    static Stream<Arguments> isRefused() {
        return Stream.of(
                refused("each table has its own name", () -> catalog(List.of(NOTES, NOTES), List.of())),
                refused(
                        "each consumer has its own name",
                        () -> catalog(List.of(NOTES), List.of(consumer("One", List.of()), consumer("One", List.of())))),
                refused(
                        "ByColour needs both images in the stream of Notes: given NEW_IMAGE",
                        () -> new Catalog(
                                List.of(Table.named("Notes").key("owner").stream(Table.StreamView.NEW_IMAGE)
                                        .build()),
                                List.of(byColour("owner")),
                                List.of(),
                                List.of())),
                refused(
                        "key of Notes, which has views or aggregates: given guard",
                        () -> new Catalog(
                                List.of(Table.named("Notes").key("guard").build()),
                                List.of(byColour("guard")),
                                List.of(),
                                List.of())),
                refused(
                        "consumer One reads the stream of Notes: given NONE",
                        () -> catalog(
                                List.of(Table.named("Notes").key("owner").stream(Table.StreamView.NONE)
                                        .build()),
                                List.of(consumer("One", List.of())))),
                refused(
                        "consumer One has access to a table of the catalog: given Elsewhere",
                        () -> catalog(
                                List.of(NOTES), List.of(consumer("One", List.of(new Access.Reads("Elsewhere")))))),
                refused(
                        "a tumbling window tells the shard",
                        () -> new Catalog(
                                List.of(Table.named("Notes")
                                        .key("owner")
                                        .projectorBatch(BatchSettings.WINDOWED)
                                        .build()),
                                List.of(),
                                List.of(perOwner().build()),
                                List.of())),
                refused(
                        "sort key of table Notes differs from its partition key",
                        () -> Table.named("Notes").key("owner").sort("owner").build()),
                refused(
                        "retention of expired items needs a TTL attribute",
                        () -> Table.named("Notes")
                                .key("owner")
                                .archive("old/", 5)
                                .build()),
                refused(
                        "archive prefix",
                        () -> Table.named("Notes")
                                .key("owner")
                                .expires("gone")
                                .archive("no slash", 5)
                                .build()),
                refused(
                        "days that archived items are kept",
                        () -> Table.named("Notes")
                                .key("owner")
                                .expires("gone")
                                .archive("old/", 0)
                                .build()),
                refused(
                        "maximum read units",
                        () -> Table.named("Notes").key("owner").maxUnits(0, 5).build()),
                refused(
                        "maximum write units",
                        () -> Table.named("Notes")
                                .key("owner")
                                .maxUnits(5, 1_000_001)
                                .build()),
                refused(
                        "view ByColour shows an attribute once",
                        () -> View.named("ByColour", "Notes")
                                .key("colour")
                                .show("text", "text")
                                .build()),
                refused(
                        "a key joined of several attributes is a string",
                        () -> new KeyMapping("both", Attribute.Type.N, List.of("a", "b"))),
                refused("view key attribute", () -> new KeyMapping("", Attribute.Type.S, List.of("a"))),
                refused("elements changed in one transaction", () -> new Explode("words", 100)),
                refused("exploded list", () -> new Explode("", 5)),
                refused(
                        "aggregate Counts has a group",
                        () -> Aggregate.named("Counts", "Notes").measure(COUNT).build()),
                refused(
                        "group attributes of aggregate Counts are distinct",
                        () -> Aggregate.named("Counts", "Notes")
                                .groupBy("owner", "owner")
                                .measure(COUNT)
                                .build()),
                refused(
                        "measure names of aggregate Counts are distinct",
                        () -> perOwner().measure(COUNT, COUNT).build()),
                refused("lanes of aggregate Counts", () -> perOwner().lanes(101).build()),
                refused(
                        "a windowed aggregate has a lane per shard",
                        () -> perOwner().windowed().lanes(2).build()),
                refused(
                        "a windowed aggregate takes nothing back",
                        () -> perOwner().windowed().onExpiry(OnExpiry.RETRACT).build()),
                refused("attributes of measure total (SUM)", () -> Measure.sum("total")),
                refused(
                        "tumbling window in seconds",
                        () -> new BatchSettings(
                                1,
                                Duration.ZERO,
                                1,
                                -1,
                                null,
                                false,
                                Duration.ofSeconds(901),
                                BatchSettings.StartingPosition.TRIM_HORIZON)),
                refused("attribute name", () -> Attribute.string("")),
                refused(
                        "filters of consumer",
                        () -> new Consumer(
                                "Many",
                                "Notes",
                                ArchiveHandler.class,
                                List.of("{}", "{}", "{}", "{}", "{}", "{}"),
                                BatchSettings.PROJECTOR,
                                List.of(),
                                Consumer.Activity.EVERY_REGION)));
    }

    private static Arguments refused(String reason, Executable declaration) {
        return Arguments.of(reason, declaration);
    }

    private static View byColour(String key) {
        return View.named("ByColour", "Notes")
                .key("colour")
                .sort("note", key, "noteId")
                .build();
    }

    private static Aggregate.Builder perOwner() {
        return Aggregate.named("Counts", "Notes").groupBy("owner").measure(COUNT);
    }

    private static Catalog catalog(List<Table> tables, List<Consumer> consumers) {
        return new Catalog(tables, List.of(), List.of(), consumers);
    }

    private static Consumer consumer(String name, List<Access> access) {
        return new Consumer(
                name,
                "Notes",
                ArchiveHandler.class,
                List.of(),
                BatchSettings.PROJECTOR,
                access,
                Consumer.Activity.EVERY_REGION);
    }
}
