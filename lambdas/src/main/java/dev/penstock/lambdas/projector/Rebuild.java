package dev.penstock.lambdas.projector;

import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Effect;
import dev.penstock.lambdas.catalog.OnExpiry;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.catalog.View;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.tables.Backoff;
import dev.penstock.lambdas.tables.ExpiredItems;
import dev.penstock.lambdas.tables.InParallel;
import dev.penstock.lambdas.tables.Items;
import dev.penstock.lambdas.tables.TableNames;
import dev.penstock.lambdas.telemetry.Telemetry;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * Makes the views and contribution aggregates of a source what a recomputation makes them, in place, while the stream
 * flows: an item's control row is read first, then the item, and what follows from it is written only if the control
 * row has not changed since; if it has, the stream has been there and will be again. Orphans are swept last.
 *
 * <p>Aggregates follow from the shares that control rows hold, so a sum that somebody changed by hand is not seen here
 * but by verify.
 */
public final class Rebuild {
    private final DynamoDbClient client;
    private final TableNames names;
    private final Table source;
    private final List<View> fixedViews;
    private final ControlledWriter writer;
    private final Catalog catalog;
    private final FixedViewWriter fixedWriter;
    private final ExpiredItems expired;
    private final InstantSource clock;

    /**
     * @param expired what TTL has deleted, for effects that survive expiry
     */
    public Rebuild(
            Catalog catalog,
            Table source,
            DynamoDbClient client,
            TableNames names,
            ExpiredItems expired,
            InstantSource clock) {
        this.catalog = catalog;
        this.expired = expired;
        this.client = client;
        this.names = names;
        this.source = source;
        this.clock = clock;
        this.fixedViews = catalog.views().stream()
                .filter(view -> view.source().equals(source.name()) && view.isFixed(source))
                .toList();
        this.fixedWriter = new FixedViewWriter(client, names, source, guard -> guard);
        this.writer = new Projector(
                        catalog,
                        source,
                        client,
                        names,
                        new Epochs(client, names),
                        Backoff.jittered(),
                        InParallel.oneByOne(),
                        Telemetry.silent())
                .writer();
    }

    /**
     * What was done.
     *
     * @param items of the source that were looked at
     * @param written control rows that were renewed
     * @param overtaken items that the stream changed meanwhile
     * @param swept rows that belonged to nothing
     */
    public record Report(long items, long written, long overtaken, long swept) {}

    /**
     * Rebuilds.
     *
     * @param progress told the number of items done
     * @throws IllegalStateException when the tables don't answer, and it can be run again from the beginning; or when a view
     *     or an aggregate is declared otherwise than its version was: nothing was written
     * @throws software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException when one that is declared is not
     *     deployed: nothing was written
     */
    public Report run(LongConsumer progress) {
        catalog.effectsOf(source.name())
                .forEach(effect ->
                        client.describeTable(request -> request.tableName(names.physical(effect.tableName()))));
        new Declarations(client, names).hold(catalog, source.name());
        long items = 0;
        long written = 0;
        long overtaken = 0;
        for (Map<String, Value> key : keys(source.name())) {
            for (View view : fixedViews) {
                boolean done = fixedWriter.renew(view, key, () -> item(key), clock.instant());
                written += done ? 1 : 0;
                overtaken += done ? 0 : 1;
            }
            if (!writer.effects().isEmpty()) {
                ControlledWriter.Outcome outcome = renew(key);
                written += outcome.applied;
                overtaken += outcome.stale;
            }
            progress.accept(++items);
        }
        Tally archived = new Tally();
        if (keepsExpired()) {
            long inTable = items;
            expired.forEach(source, item -> progress.accept(inTable + archived.add(renewExpired(item))));
        }
        items += archived.items;
        written += archived.written;
        overtaken += archived.overtaken;
        for (View view : fixedViews) {
            for (Map<String, Value> row : rows(view)) {
                Map<String, Value> key = pick(source.keyNames(), row);
                if (!row.containsKey(View.REMOVED) && view.onExpiry() == OnExpiry.RETRACT && item(key) == null) {
                    written += fixedWriter.renew(view, key, () -> item(key), clock.instant()) ? 1 : 0;
                }
            }
        }
        if (!writer.effects().isEmpty()) {
            for (Map<String, Value> key : keys(Catalog.controlName(source.name()))) {
                ControlRow control = writer.read(key);
                if (!control.remembered().isEmpty() && item(key) == null) {
                    ControlledWriter.Outcome outcome = renew(key);
                    written += outcome.applied;
                    overtaken += outcome.stale;
                }
            }
        }
        return new Report(items, written, overtaken, sweep());
    }

    private boolean keepsExpired() {
        return Stream.concat(fixedViews.stream(), writer.effects().stream())
                .anyMatch(effect -> effect.onExpiry() == OnExpiry.KEEP);
    }

    /** An expired item again takes part in what survives expiry. */
    private Tally renewExpired(Map<String, Value> item) {
        Tally tally = new Tally();
        tally.items = 1;
        Map<String, Value> key = pick(source.keyNames(), item);
        for (View view : fixedViews) {
            if (view.onExpiry() == OnExpiry.KEEP) {
                boolean done = fixedWriter.renew(view, key, () -> item, clock.instant());
                tally.written += done ? 1 : 0;
                tally.overtaken += done ? 0 : 1;
            }
        }
        if (!writer.effects().isEmpty()) {
            ControlledWriter.Outcome outcome = renew(
                    key,
                    ignored -> Goal.of(
                            writer.effects(), source, effect -> effect.onExpiry() == OnExpiry.KEEP ? item : null));
            tally.written += outcome.applied;
            tally.overtaken += outcome.stale;
        }
        return tally;
    }

    private ControlledWriter.Outcome renew(Map<String, Value> key) {
        return renew(key, before -> Goal.ofGone(writer.effects(), before));
    }

    /**
     * @param gone the goal of an item that is not in its table, given what is remembered of it
     */
    private ControlledWriter.Outcome renew(Map<String, Value> key, Function<Remembered, Goal> gone) {
        ControlRow control = writer.read(key);
        Map<String, Value> item = item(key);
        Remembered before = control.remembered();
        Goal goal = item == null ? gone.apply(before) : Goal.of(writer.effects(), source, effect -> item);
        Pending pending = new Pending(
                key,
                goal,
                control.guard(),
                before,
                control.exists() ? new Expected.Exactly(control.guard()) : new Expected.Absent(),
                clock.instant(),
                item == null,
                true,
                List.of());
        if (isDone(control, pending)) {
            return new ControlledWriter.Outcome();
        }
        ControlledWriter.Outcome outcome = writer.write(List.of(pending), (poison, reason) -> {});
        if (!outcome.failed.isEmpty()) {
            throw new IllegalStateException("item " + key + " of " + source.name() + " could not be written now");
        }
        return outcome;
    }

    /** Nothing is left to write: above all of expired items, which are more with every day. */
    private boolean isDone(ControlRow control, Pending pending) {
        Remembered goal = writer.reached(pending);
        return goal.equals(pending.before)
                && pending.actions(writer.effects()).isEmpty()
                && control.expires() == (control.exists() && pending.removed && goal.isEmpty());
    }

    private static final class Tally {
        private long items;
        private long written;
        private long overtaken;

        private long add(Tally one) {
            items += one.items;
            written += one.written;
            overtaken += one.overtaken;
            return items;
        }
    }

    /** Deletes rows of views that no control row knows, each only if that is still so. */
    private long sweep() {
        long swept = 0;
        for (Effect effect : writer.effects()) {
            if (effect instanceof View view) {
                for (Map<String, Value> row : rows(view)) {
                    swept += sweep(view, row) ? 1 : 0;
                }
            }
        }
        return swept;
    }

    private boolean sweep(View view, Map<String, Value> row) {
        Map<String, Value> key = pick(source.keyNames(), row);
        List<Value> rowKey = view.keys().stream()
                .map(mapping -> row.getOrDefault(mapping.attribute(), new Value.Null()))
                .toList();
        Map<String, Value> viewKey =
                pick(view.keys().stream().map(mapping -> mapping.attribute()).toList(), row);
        if (key.size() < source.keyNames().size()) {
            client.deleteItem(request ->
                    request.tableName(names.physical(view.tableName())).key(Items.toSdk(viewKey)));
            return true;
        }
        ControlRow control = writer.read(key);
        if (control.remembered().rowsOf(view.tableName()).contains(rowKey)) {
            return false;
        }
        try {
            client.transactWriteItems(request -> request.transactItems(
                    unchanged(key, control),
                    TransactWriteItem.builder()
                            .delete(delete -> delete.tableName(names.physical(view.tableName()))
                                    .key(Items.toSdk(viewKey)))
                            .build()));
            return true;
        } catch (TransactionCanceledException overtaken) {
            return false;
        }
    }

    private TransactWriteItem unchanged(Map<String, Value> key, ControlRow control) {
        return TransactWriteItem.builder()
                .conditionCheck(check -> {
                    check.tableName(names.physical(Catalog.controlName(source.name())))
                            .key(Items.toSdk(key))
                            .expressionAttributeNames(Map.of("#g", ControlRow.GUARD));
                    if (control.exists()) {
                        check.conditionExpression("#g = :g")
                                .expressionAttributeValues(Map.of(
                                        ":g",
                                        AttributeValue.fromS(control.guard().text())));
                    } else {
                        check.conditionExpression("attribute_not_exists(#g)");
                    }
                })
                .build();
    }

    private @Nullable Map<String, Value> item(Map<String, Value> key) {
        var item = client.getItem(request -> request.tableName(names.physical(source.name()))
                        .key(Items.toSdk(key))
                        .consistentRead(true))
                .item();
        return item.isEmpty() ? null : Items.fromSdk(item);
    }

    private Iterable<Map<String, Value>> keys(String table) {
        Map<String, String> attributes = new HashMap<>();
        source.keyNames().forEach(name -> attributes.put("#k" + attributes.size(), name));
        return () -> client
                .scanPaginator(request -> request.tableName(names.physical(table))
                        .consistentRead(true)
                        .projectionExpression(String.join(", ", attributes.keySet()))
                        .expressionAttributeNames(attributes))
                .items()
                .stream()
                .map(Items::fromSdk)
                .iterator();
    }

    private Iterable<Map<String, Value>> rows(View view) {
        return () -> client
                .scanPaginator(request ->
                        request.tableName(names.physical(view.tableName())).consistentRead(true))
                .items()
                .stream()
                .map(Items::fromSdk)
                .iterator();
    }

    private static Map<String, Value> pick(List<String> attributes, Map<String, Value> item) {
        Map<String, Value> picked = new HashMap<>();
        attributes.forEach(name -> {
            Value value = item.get(name);
            if (value != null) {
                picked.put(name, value);
            }
        });
        return picked;
    }
}
