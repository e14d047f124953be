package dev.penstock.lambdas.projector;

import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Effect;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.catalog.View;
import dev.penstock.lambdas.diversion.Batch;
import dev.penstock.lambdas.projection.PoisonException;
import dev.penstock.lambdas.stream.Guard;
import dev.penstock.lambdas.stream.ItemChange;
import dev.penstock.lambdas.tables.Backoff;
import dev.penstock.lambdas.tables.Failures;
import dev.penstock.lambdas.tables.InParallel;
import dev.penstock.lambdas.tables.TableNames;
import dev.penstock.lambdas.telemetry.Telemetry;
import dev.penstock.lambdas.telemetry.Telemetry.Metric;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Applies changes of one source to its views and contribution aggregates. Threadsafe. */
public final class Projector {
    private final Table source;
    private final List<View> fixedViews;
    private final ControlledWriter writer;
    private final FixedViewWriter fixedWriter;
    private final Epochs epochs;
    private final InParallel parallel;
    private final Telemetry telemetry;

    public Projector(
            Catalog catalog,
            Table source,
            DynamoDbClient client,
            TableNames names,
            Epochs epochs,
            Backoff backoff,
            InParallel parallel,
            Telemetry telemetry) {
        this.source = source;
        this.epochs = epochs;
        this.parallel = parallel;
        this.telemetry = telemetry;
        List<Effect> effects = catalog.effectsOf(source.name());
        this.fixedViews = effects.stream()
                .filter(effect -> effect instanceof View view && view.isFixed(source))
                .map(View.class::cast)
                .toList();
        List<Effect> controlled = effects.stream()
                .filter(Effect::needsControl)
                .filter(effect -> !fixedViews.contains(effect))
                .toList();
        this.writer = new ControlledWriter(client, names, source.name(), controlled, backoff, parallel, this::renewed);
        this.fixedWriter = new FixedViewWriter(client, names, source, this::renewed);
    }

    /** Applies a batch; what can't be applied now is marked failed in it. */
    public void apply(Batch batch) {
        List<ItemChange> present = batch.changes().stream()
                .filter(change -> epochs.covers(source.name(), change.stream()))
                .toList();
        int ended = batch.changes().size() - present.size();
        if (ended > 0) {
            telemetry.warn("of a stream before this epoch, passed over", Map.of("changes", Integer.toString(ended)));
            telemetry.count(Map.of(Metric.Stale, ended));
        }
        if (!present.isEmpty()) {
            apply(present, batch);
        }
    }

    /**
     * The same for what comes from the failure bucket: its stream may have ended since, and only the table of epochs
     * knows.
     */
    public void applyAgain(Batch batch) {
        epochs.refresh(source.name());
        apply(batch);
    }

    private void apply(List<ItemChange> given, Batch batch) {
        Collection<NetChange> changes = NetChange.fold(given);
        applyFixed(changes, batch);
        if (!writer.effects().isEmpty()) {
            List<Pending> items = new ArrayList<>();
            IdentityHashMap<Pending, NetChange> of = new IdentityHashMap<>();
            for (NetChange change : changes) {
                Pending item = pending(change);
                of.put(item, change);
                items.add(item);
            }
            of.forEach((item, change) -> {
                // A redrive may bring a record whose item was mended since: nothing is left to divert then.
                if (!item.goal.poison().isEmpty() && !writer.isOvertaken(item)) {
                    item.goal.poison().forEach(reason -> batch.divert(change.last(), reason));
                }
            });
            ControlledWriter.Outcome outcome = writer.write(items, (item, reason) -> {
                NetChange change = of.get(item);
                if (change != null) {
                    batch.divert(change.last(), reason);
                }
            });
            if (!outcome.failed.isEmpty()) {
                telemetry.warn(
                        "not written now",
                        Map.of(
                                "items",
                                Integer.toString(outcome.failed.size()),
                                "error",
                                outcome.failure == null ? "conflicts" : Failures.name(outcome.failure)));
            }
            outcome.failed.forEach(item -> item.sequenceNumbers.forEach(batch::failed));
            telemetry.count(Map.of(Metric.Applied, outcome.applied, Metric.Stale, outcome.stale));
        }
    }

    private Pending pending(NetChange change) {
        Goal before = Goal.of(writer.effects(), source, effect -> change.oldImage());
        Goal goal = Goal.of(writer.effects(), source, effect -> change.image(effect.onExpiry()));
        return new Pending(
                change.key(),
                goal,
                guard(change),
                before.remembered(),
                new Expected.OlderWithOldImage(),
                change.last().time(),
                change.current() == null,
                false,
                change.changes().stream().map(ItemChange::sequenceNumber).toList());
    }

    private void applyFixed(Collection<NetChange> changes, Batch batch) {
        List<Runnable> writes = new ArrayList<>();
        Queue<Runnable> unwritten = new ConcurrentLinkedQueue<>();
        for (View view : fixedViews) {
            for (NetChange change : changes) {
                Guard guard = guard(change);
                writes.add(() -> {
                    try {
                        fixedWriter.write(
                                view,
                                change.key(),
                                change.image(view.onExpiry()),
                                guard,
                                change.last().time());
                    } catch (PoisonException poison) {
                        unwritten.add(() -> batch.divert(change.last(), view.tableName() + ": " + poison.getMessage()));
                    } catch (SdkException failure) {
                        unwritten.add(() -> unwritten(view, change, failure, batch));
                    }
                });
            }
        }
        parallel.run(writes);
        unwritten.forEach(Runnable::run);
    }

    private static void unwritten(View view, NetChange change, SdkException failure, Batch batch) {
        if (Failures.isPermanent(failure)) {
            batch.divert(change.last(), view.tableName() + ": " + failure.getMessage());
        } else {
            change.changes().forEach(each -> batch.failed(each.sequenceNumber()));
        }
    }

    private Guard guard(NetChange change) {
        return change.last().guard(epochs.of(source.name()));
    }

    private Guard renewed(Guard guard) {
        return epochs.renewed(source.name(), guard);
    }

    /** For tools that rebuild. */
    ControlledWriter writer() {
        return writer;
    }
}
