package dev.penstock.local.store;

import dev.penstock.local.journal.Document;
import dev.penstock.local.journal.Journal;
import dev.penstock.local.streams.JournalShards;
import dev.penstock.local.streams.StreamState;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/**
 * How tables come, change and go: each change stands in the journal before it is seen, and is made while no write is
 * under way. Threadsafe.
 */
final class TableLifecycle {
    private final DynamoDbClient engine;
    private final InstantSource clock;
    private final Journal journal;
    private final Tables tables;
    private final JournalShards streams;
    private final Barrier barrier;
    private final List<Function<Table, List<Document>>> beforeDelete = new CopyOnWriteArrayList<>();

    TableLifecycle(
            DynamoDbClient engine,
            InstantSource clock,
            Journal journal,
            Tables tables,
            JournalShards streams,
            Barrier barrier) {
        this.engine = engine;
        this.clock = clock;
        this.journal = journal;
        this.tables = tables;
        this.streams = streams;
        this.barrier = barrier;
    }

    /** @param make makes it in the engine */
    Table create(TableDescription described, Function<Table, List<Document>> documents, Runnable make) {
        return barrier.alone(() -> {
            make.run();
            Table table = new Table(tables.nextNumber(), described);
            List<Document> further = documents.apply(table);
            var wanted = described.streamSpecification();
            if (wanted != null && Boolean.TRUE.equals(wanted.streamEnabled())) {
                StreamState stream = newStream(table, wanted.streamViewType());
                table = streaming(table, stream);
                streams.enable(stream, join(Tables.creating(table), further));
            } else {
                journal.append(List.of(), join(Tables.creating(table), further));
            }
            tables.put(table);
            return table;
        });
    }

    Table declare(Table table, TableDescription changed, List<Document> further) {
        return barrier.alone(() -> {
            Table next = table.with(changed);
            journal.append(List.of(), join(Tables.declaring(next), further));
            tables.put(next);
            return next;
        });
    }

    Table enableStream(Table table, StreamViewType view) {
        return barrier.alone(() -> {
            StreamState stream = newStream(table, view);
            Table next = streaming(table, stream);
            streams.enable(stream, Tables.declaring(next));
            tables.put(next);
            return next;
        });
    }

    private StreamState newStream(Table table, StreamViewType view) {
        return StreamState.enabled(
                table.arn(),
                table.name(),
                table.number(),
                table.keyNames(),
                view.toString(),
                journal.last(),
                clock.instant());
    }

    private static Table streaming(Table table, StreamState stream) {
        return table.with(table.description().toBuilder()
                .streamSpecification(spec -> spec.streamEnabled(true).streamViewType(stream.viewType()))
                .latestStreamArn(stream.arn())
                .latestStreamLabel(stream.label())
                .build());
    }

    Table disableStream(Table table) {
        return barrier.alone(() -> {
            @Nullable StreamSpecification none = null;
            Table next = table.with(
                    table.description().toBuilder().streamSpecification(none).build());
            streams.disable(table.number(), Tables.declaring(next));
            tables.put(next);
            return next;
        });
    }

    void beforeDelete(Function<Table, List<Document>> listener) {
        beforeDelete.add(listener);
    }

    void delete(Table table) {
        barrier.alone(() -> {
            List<Document> gone = new ArrayList<>(tables.removing(table));
            beforeDelete.forEach(listener -> gone.addAll(listener.apply(table)));
            streams.disable(table.number(), gone);
            tables.remove(table);
            engine.deleteTable(delete -> delete.tableName(table.name()));
            return table;
        });
    }

    private static List<Document> join(List<Document> documents, List<Document> further) {
        List<Document> all = new ArrayList<>(documents);
        all.addAll(further);
        return all;
    }
}
