package dev.penstock.local.store;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.journal.Change;
import dev.penstock.local.journal.Document;
import dev.penstock.local.journal.Faults;
import dev.penstock.local.journal.ItemKey;
import dev.penstock.local.journal.Journal;
import dev.penstock.local.journal.JournalFailure;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/**
 * What every write of a region passes: keys locked, images before and after known, the engine's commit and the
 * journal's frame kept together, the answer last. A change whose images are equal leaves no trace, as on DynamoDB.
 */
final class WriteGate {
    private static final int BATCH_ROUNDS = 100;

    final DynamoDbClient engine;
    final Tables tables;
    final KeyLocks locks = new KeyLocks();
    final @Nullable KnownItems known;
    private final Journal journal;
    private final Barrier barrier;
    private final Faults faults;
    private final Consumer<JournalFailure> onFailure;

    /**
     * @param known null when others write to the engine too
     * @param onFailure told when the journal can't be written: it stops the runtime
     */
    WriteGate(
            DynamoDbClient engine,
            Tables tables,
            Journal journal,
            Barrier barrier,
            Faults faults,
            @Nullable KnownItems known,
            Consumer<JournalFailure> onFailure) {
        this.engine = engine;
        this.tables = tables;
        this.journal = journal;
        this.barrier = barrier;
        this.faults = faults;
        this.known = known;
        this.onFailure = onFailure;
    }

    /** What a write did in the engine, and what its caller is told. */
    record Commit<R>(R answer, List<Change> changes, List<Document> documents) {
        Commit(R answer, List<Change> changes) {
            this(answer, changes, List.of());
        }
    }

    /** Runs a write in the engine and appends what it did, as one; the keys concerned are locked by the caller. */
    <R> R commit(Collection<Table> written, Supplier<Commit<R>> write) {
        faults.reached(Faults.Point.BEFORE_COMMIT);
        R answer = barrier.write(() -> {
            written.forEach(this::requireCurrent);
            Commit<R> commit = write.get();
            faults.reached(Faults.Point.BEFORE_APPEND);
            append(commit.changes(), commit.documents());
            return commit.answer();
        });
        faults.reached(Faults.Point.BEFORE_ANSWER);
        return answer;
    }

    /** Appends the changes that change something. */
    void append(List<Change> changes, List<Document> documents) {
        if (known != null) {
            tell(known, tables, changes);
        }
        List<Change> real = changes.stream()
                .filter(change -> !Images.same(change.before(), change.after()))
                .toList();
        if (real.isEmpty() && documents.isEmpty()) {
            return;
        }
        try {
            journal.append(real, documents);
        } catch (JournalFailure failure) {
            onFailure.accept(failure);
            throw failure;
        }
    }

    private static void tell(KnownItems known, Tables tables, List<Change> changes) {
        Optional<Table> table = Optional.empty();
        for (Change change : changes) {
            if (table.map(Table::number).orElse(-1) != change.table()) {
                table = tables.byNumber(change.table());
            }
            table.ifPresent(of -> known.became(of.key(change.anyImage()), change.after()));
        }
    }

    private void requireCurrent(Table table) {
        if (tables.active(table.name()).number() != table.number()) {
            throw new AwsError(400, "ResourceNotFoundException", "Requested resource not found");
        }
    }

    /** To be called before a write of an item, which is locked, if that write does not ask for the image before it. */
    void forget(ItemKey key) {
        if (known != null) {
            known.take(key);
        }
    }

    /** As {@link #read(Map)}, for items that are about to be written. */
    Map<ItemKey, Map<String, AttributeValue>> before(Map<ItemKey, Map<String, AttributeValue>> keys) {
        if (known == null) {
            return read(keys);
        }
        Map<ItemKey, Map<String, AttributeValue>> found = new HashMap<>();
        Map<ItemKey, Map<String, AttributeValue>> unknown = new HashMap<>();
        keys.forEach((key, attributes) -> {
            KnownItems.Known item = known.take(key);
            if (item == null) {
                unknown.put(key, attributes);
            } else if (item.image() != null) {
                found.put(key, item.image());
            }
        });
        if (!unknown.isEmpty()) {
            found.putAll(read(unknown));
        }
        return found;
    }

    /** The item as it is before a write of it; null when there is none. */
    @Nullable
    Map<String, AttributeValue> before(Table table, ItemKey key, Map<String, AttributeValue> attributes) {
        KnownItems.Known item = known == null ? null : known.take(key);
        return item == null ? read(table, attributes) : item.image();
    }

    /** Reads up to 100 items, consistently, by their keys. Those that do not exist are missing in the answer. */
    Map<ItemKey, Map<String, AttributeValue>> read(Map<ItemKey, Map<String, AttributeValue>> keys) {
        Map<ItemKey, Map<String, AttributeValue>> found = new HashMap<>();
        Map<String, KeysAndAttributes> rest = new HashMap<>();
        Map<Integer, Table> byNumber = new HashMap<>();
        keys.forEach((key, attributes) -> {
            Table table = byNumber.computeIfAbsent(
                    key.table(), number -> tables.byNumber(number).orElseThrow());
            rest.merge(
                    table.name(),
                    KeysAndAttributes.builder()
                            .consistentRead(true)
                            .keys(List.of(attributes))
                            .build(),
                    WriteGate::join);
        });
        Map<String, KeysAndAttributes> asked = rest;
        for (int round = 0; !asked.isEmpty(); round++) {
            if (round == BATCH_ROUNDS) {
                throw new IllegalStateException("the engine left keys unread after " + round + " rounds");
            }
            Map<String, KeysAndAttributes> request = asked;
            BatchGetItemResponse response = engine.batchGetItem(get -> get.requestItems(request));
            response.responses().forEach((name, items) -> {
                Table table = tables.active(name);
                items.forEach(item -> found.put(table.key(item), item));
            });
            asked = response.unprocessedKeys();
        }
        return found;
    }

    private static KeysAndAttributes join(KeysAndAttributes one, KeysAndAttributes other) {
        List<Map<String, AttributeValue>> keys = new ArrayList<>(one.keys());
        keys.addAll(other.keys());
        return one.toBuilder().keys(keys).build();
    }

    /** Parts of an item; null when there is none of them. */
    @Nullable
    Map<String, AttributeValue> read(Table table, Map<String, AttributeValue> key, UpdatedPaths parts) {
        var response = engine.getItem(get -> get.tableName(table.name())
                .key(key)
                .consistentRead(true)
                .projectionExpression(parts.projection())
                .expressionAttributeNames(parts.names().isEmpty() ? null : parts.names()));
        return response.hasItem() && !response.item().isEmpty() ? response.item() : null;
    }

    /** Gives an item back the image it had, after the engine did what DynamoDB refuses. */
    void undo(Table table, Map<String, AttributeValue> key, @Nullable Map<String, AttributeValue> before) {
        if (before == null) {
            engine.deleteItem(delete -> delete.tableName(table.name()).key(key));
        } else {
            engine.putItem(put -> put.tableName(table.name()).item(before));
        }
    }

    @Nullable
    Map<String, AttributeValue> read(Table table, Map<String, AttributeValue> key) {
        var response =
                engine.getItem(get -> get.tableName(table.name()).key(key).consistentRead(true));
        return response.hasItem() ? response.item() : null;
    }

    /** @throws AwsError TransactionConflictException when the key belongs to a running transaction */
    KeyLocks.Hold lock(ItemKey key) {
        try {
            return locks.forWrite(key);
        } catch (KeyLocks.Conflict conflict) {
            throw new AwsError(400, "TransactionConflictException", "Transaction is ongoing for the item");
        }
    }
}
