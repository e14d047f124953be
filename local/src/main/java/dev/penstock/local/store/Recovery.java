package dev.penstock.local.store;

import dev.penstock.local.gateway.Gateway;
import dev.penstock.local.journal.Change;
import dev.penstock.local.journal.Checkpoint;
import dev.penstock.local.journal.ItemKey;
import dev.penstock.local.journal.Journal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/** Fills an empty engine from the journal: the newest checkpoint, then the last image of every key changed since. */
final class Recovery {
    private final String region;
    private final EngineTables engine;
    private final Journal journal;
    private final Tables tables;
    private long loaded;

    Recovery(String region, DynamoDbClient engine, Journal journal, Tables tables) {
        this.region = region;
        this.engine = new EngineTables(engine);
        this.journal = journal;
        this.tables = tables;
    }

    /** @param engineKeepsItems then only tables that the engine lost are loaded, and those it has besides adopted */
    void run(boolean engineKeepsItems, Consumer<Long> onLoaded) {
        dropHalfMade();
        List<String> kept = engineKeepsItems ? engine.names() : List.of();
        Map<Integer, Table> byNumber = new HashMap<>();
        for (Table table : tables.all()) {
            if (!kept.contains(table.name())) {
                engine.create(table.description());
                byNumber.put(table.number(), table);
            }
        }
        kept.stream().filter(name -> tables.find(name).isEmpty()).forEach(this::adopt);
        Checkpoint checkpoint = journal.openedFrom();
        if (checkpoint != null) {
            checkpoint.items(items -> {
                engine.write(items, byNumber);
                loaded += items.size();
                onLoaded.accept(loaded);
            });
        }
        List<Change> tail = new ArrayList<>(lastChanges(checkpoint == null ? 0 : checkpoint.position(), byNumber)
                .values());
        engine.write(tail, byNumber);
        onLoaded.accept(loaded + tail.size());
    }

    /** A table that was made past us is ours from now on; its streams and recovery begin now. */
    private void adopt(String name) {
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
        Table table = new Table(tables.nextNumber(), ours.build());
        journal.append(List.of(), Tables.creating(table));
        tables.put(table);
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

    private Map<ItemKey, Change> lastChanges(long after, Map<Integer, Table> byNumber) {
        Map<ItemKey, Change> last = new LinkedHashMap<>();
        journal.changes(byNumber::containsKey, after, Long.MAX_VALUE, entry -> {
            Change change = entry.change();
            Table table = byNumber.get(change.table());
            if (table != null) {
                last.put(table.key(change.anyImage()), change);
            }
            return true;
        });
        return last;
    }
}
