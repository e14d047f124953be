package dev.penstock.local.store;

import dev.penstock.local.gateway.Gateway;
import dev.penstock.local.journal.Journal;
import dev.penstock.local.journal.KeyNames;
import dev.penstock.local.journal.Past;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/** Fills an empty engine from the journal: the newest checkpoint and the changes since. */
final class Recovery {
    private final String region;
    private final EngineTables engine;
    private final DynamoDbClient client;
    private final Journal journal;
    private final Tables tables;

    Recovery(String region, DynamoDbClient client, Journal journal, Tables tables) {
        this.region = region;
        this.engine = new EngineTables(client);
        this.client = client;
        this.journal = journal;
        this.tables = tables;
    }

    /** @param engineKeepsItems then only tables that the engine lost are loaded, and those it has besides adopted */
    void run(boolean engineKeepsItems, Consumer<Long> onLoaded) {
        dropHalfMade();
        List<String> kept = engineKeepsItems ? engine.names() : List.of();
        Map<Integer, Table> lost = new HashMap<>();
        for (Table table : tables.all()) {
            if (!kept.contains(table.name())) {
                engine.create(table.description());
                lost.put(table.number(), table);
            }
        }
        adopt(kept.stream().filter(name -> tables.find(name).isEmpty()).toList());
        if (!lost.isEmpty()) {
            load(lost, onLoaded);
        }
    }

    private void load(Map<Integer, Table> lost, Consumer<Long> onLoaded) {
        AtomicLong loaded = new AtomicLong();
        IntFunction<@Nullable KeyNames> names = tables.keyNames();
        try (Past past = journal.past(Long.MAX_VALUE);
                Loader loader = new Loader(
                        batch -> {
                            engine.put(batch, lost);
                            onLoaded.accept(loaded.addAndGet(batch.size()));
                        },
                        () -> {})) {
            past.items(
                    number -> lost.containsKey(number) ? names.apply(number) : null,
                    (number, item) -> loader.add(Objects.requireNonNull(lost.get(number)), item));
            loader.finish();
        }
    }

    /**
     * Tables that were made past us are ours from now on; their streams and recovery begin now. Their items are in no
     * frame, so a checkpoint that holds them comes before the tables are declared: a crash in between leaves nothing.
     */
    private void adopt(List<String> names) {
        if (names.isEmpty()) {
            return;
        }
        int next = tables.nextNumber();
        List<Table> adopted = new ArrayList<>();
        for (String name : names) {
            adopted.add(new Table(next++, ours(name)));
        }
        journal.checkpoint(
                tables.keyNames(),
                sink -> adopted.forEach(table ->
                        Scan.of(client, table.name(), page -> page.forEach(item -> sink.item(table.number(), item)))),
                () -> {});
        for (Table table : adopted) {
            journal.append(List.of(), Tables.creating(table));
            tables.put(table);
        }
    }

    private TableDescription ours(String name) {
        TableDescription theirs = engine.describe(name);
        @Nullable StreamSpecification none = null;
        String arn = "arn:aws:dynamodb:" + region + ":" + Gateway.ACCOUNT + ":table/" + name;
        TableDescription.Builder ours = theirs.toBuilder()
                .tableArn(arn)
                .tableId(UUID.randomUUID().toString())
                .tableStatus(TableStatus.ACTIVE)
                .streamSpecification(none)
                .latestStreamArn(null)
                .latestStreamLabel(null)
                .deletionProtectionEnabled(false);
        if (theirs.hasGlobalSecondaryIndexes()) {
            ours.globalSecondaryIndexes(theirs.globalSecondaryIndexes().stream()
                    .map(index -> index.toBuilder()
                            .indexArn(arn + "/index/" + index.indexName())
                            .build())
                    .toList());
        }
        if (theirs.hasLocalSecondaryIndexes()) {
            ours.localSecondaryIndexes(theirs.localSecondaryIndexes().stream()
                    .map(index -> index.toBuilder()
                            .indexArn(arn + "/index/" + index.indexName())
                            .build())
                    .toList());
        }
        return ours.build();
    }

    /** A table whose restore or import did not end before the process did is not left looking complete. */
    private void dropHalfMade() {
        for (Table table : tables.all()) {
            if (!table.isActive()) {
                journal.append(List.of(), tables.removing(table));
                tables.remove(table);
            }
        }
    }
}
