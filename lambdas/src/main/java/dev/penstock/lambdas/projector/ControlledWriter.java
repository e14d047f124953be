package dev.penstock.lambdas.projector;

import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Effect;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.stream.Guard;
import dev.penstock.lambdas.tables.Backoff;
import dev.penstock.lambdas.tables.Failures;
import dev.penstock.lambdas.tables.InParallel;
import dev.penstock.lambdas.tables.Items;
import dev.penstock.lambdas.tables.TableNames;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * Takes items to their goals, in transactions that each move control rows together with all that these remember: never
 * one without the other, so any repetition, crash or overtaking leaves views and aggregates equal to a recomputation.
 */
final class ControlledWriter {
    /** Attempts at one transaction before the batch is given back; with full jitter about 6 s. */
    private static final int ATTEMPTS = 12;

    private final DynamoDbClient client;
    private final TableNames names;
    private final String source;
    private final String control;
    private final List<Effect> effects;
    /** Tables of the effects. */
    private final Set<String> known;

    private final Map<String, Aggregate> aggregates;
    private final Backoff backoff;
    private final InParallel parallel;
    private final UnaryOperator<Guard> renew;

    /**
     * @param renew gives a guard with the source's present epoch in place of the one it has
     */
    ControlledWriter(
            DynamoDbClient client,
            TableNames names,
            String source,
            List<Effect> effects,
            Backoff backoff,
            InParallel parallel,
            UnaryOperator<Guard> renew) {
        this.client = client;
        this.names = names;
        this.source = source;
        this.control = Catalog.controlName(source);
        this.effects = effects;
        this.known = effects.stream().map(Effect::tableName).collect(Collectors.toUnmodifiableSet());
        this.aggregates = effects.stream()
                .filter(Aggregate.class::isInstance)
                .map(Aggregate.class::cast)
                .collect(Collectors.toMap(Aggregate::tableName, aggregate -> aggregate));
        this.backoff = backoff;
        this.parallel = parallel;
        this.renew = renew;
    }

    List<Effect> effects() {
        return effects;
    }

    /** The source's logical name. */
    String source() {
        return source;
    }

    /** What became of a batch. */
    static final class Outcome {
        int applied;
        int stale;
        final List<Pending> failed = new ArrayList<>();
        /** Why the last of them failed; null when a transaction was cancelled too often. */
        @Nullable
        SdkException failure;

        private void add(Outcome other) {
            applied += other.applied;
            stale += other.stale;
            failed.addAll(other.failed);
            failure = other.failure == null ? failure : other.failure;
        }

        private void failed(Collection<Pending> items, SdkException reason) {
            failed.addAll(items);
            failure = reason;
        }
    }

    /**
     * Writes all items; those that can't be written now are listed, those that never can go to {@code poison} with the
     * reason and are taken out of all views and aggregates.
     */
    Outcome write(Collection<Pending> items, BiConsumer<Pending, String> poison) {
        Outcome all = new Outcome();
        BiConsumer<Pending, String> inTurn = (item, reason) -> {
            synchronized (all) {
                poison.accept(item, reason);
            }
        };
        List<Runnable> lines = new ArrayList<>();
        for (List<Chunks.Chunk> line : Chunks.of(items, effects)) {
            lines.add(() -> {
                Outcome outcome = new Outcome();
                line.forEach(chunk -> write(chunk, outcome, inTurn));
                synchronized (all) {
                    all.add(outcome);
                }
            });
        }
        parallel.run(lines);
        return all;
    }

    private void write(Chunks.Chunk chunk, Outcome outcome, BiConsumer<Pending, String> poison) {
        if (chunk.fits()) {
            together(chunk.items(), outcome, poison);
        } else {
            inSteps(chunk.items().getFirst(), outcome, poison);
        }
    }

    /** Reads an item's control row as it is now. */
    ControlRow read(Map<String, Value> key) {
        return ControlRow.of(Items.fromSdk(client.getItem(request -> request.tableName(names.physical(control))
                        .key(Items.toSdk(key))
                        .consistentRead(true))
                .item()));
    }

    /** Whether a later change of the item is known to be applied. */
    boolean isOvertaken(Pending item) {
        try {
            ControlRow stored = read(item.key);
            return isPast(stored, item) && stored.guard().compareTo(item.guard) > 0;
        } catch (SdkException notKnown) {
            return false;
        }
    }

    private void together(List<Pending> given, Outcome outcome, BiConsumer<Pending, String> poison) {
        List<Pending> chunk = new ArrayList<>(given);
        for (int attempt = 1; !chunk.isEmpty(); attempt++) {
            try {
                commit(chunk);
                outcome.applied += chunk.size();
                return;
            } catch (TransactionCanceledException canceled) {
                boolean never = settle(chunk, canceled.cancellationReasons(), outcome);
                if (never) {
                    apart(chunk, String.valueOf(canceled.getMessage()), outcome, poison);
                    return;
                }
                if (attempt == ATTEMPTS) {
                    outcome.failed.addAll(chunk);
                    return;
                }
                if (Chunks.actions(chunk, effects) > Catalog.MAX_ACTIONS) {
                    redistribute(chunk, outcome, poison);
                    return;
                }
                backoff.pause(attempt);
            } catch (SdkException failure) {
                if (Failures.isPermanent(failure)) {
                    apart(chunk, String.valueOf(failure.getMessage()), outcome, poison);
                } else {
                    outcome.failed(chunk, failure);
                }
                return;
            }
        }
    }

    /** After settling, the items need more actions than one transaction has. */
    private void redistribute(List<Pending> chunk, Outcome outcome, BiConsumer<Pending, String> poison) {
        if (chunk.size() == 1) {
            inSteps(chunk.getFirst(), outcome, poison);
            return;
        }
        int half = chunk.size() / 2;
        together(chunk.subList(0, half), outcome, poison);
        together(chunk.subList(half, chunk.size()), outcome, poison);
    }

    /** One of these can never be written: alone it shows which. */
    private void apart(List<Pending> chunk, String reason, Outcome outcome, BiConsumer<Pending, String> poison) {
        if (chunk.size() > 1) {
            chunk.forEach(item -> together(List.of(item), outcome, poison));
            return;
        }
        Pending item = chunk.getFirst();
        poison.accept(item, reason);
        if (!item.goal.equals(Goal.NOTHING)) {
            together(List.of(item.withoutEffects()), outcome, poison);
        }
    }

    /** What the control row of an item at its goal remembers. */
    Remembered reached(Pending item) {
        return item.goal.remembered().besides(item.before, known);
    }

    private void commit(List<Pending> chunk) {
        Transaction transaction = new Transaction(names, control, known, aggregates);
        for (Pending item : chunk) {
            transaction.add(item, new Step(item.actions(effects)), reached(item), item.guard.text(), true);
        }
        client.transactWriteItems(transaction.request());
    }

    /**
     * Takes in what the control rows held. Items that are already past this change leave the chunk.
     *
     * @return whether a reason says that this transaction can never succeed
     */
    private boolean settle(List<Pending> chunk, List<CancellationReason> reasons, Outcome outcome) {
        Set<Pending> past = new HashSet<>();
        for (int i = 0; i < chunk.size() && i < reasons.size(); i++) {
            if ("ConditionalCheckFailed".equals(reasons.get(i).code())) {
                Pending item = chunk.get(i);
                ControlRow stored = ControlRow.of(Items.fromSdk(reasons.get(i).item()));
                if (isPast(stored, item)) {
                    past.add(item);
                } else {
                    item.settle(stored);
                }
            }
        }
        outcome.stale += past.size();
        chunk.removeAll(past);
        return past.isEmpty()
                && reasons.stream().anyMatch(reason -> reason.code() != null && Failures.isPermanent(reason.code()));
    }

    private boolean isPast(ControlRow stored, Pending item) {
        if (item.rebuild) {
            return !stored.guard().equals(item.guard);
        }
        if (!stored.exists() || stored.guard().compareTo(item.guard) < 0) {
            return false;
        }
        if (stored.guard().epoch() > item.guard.epoch()) {
            item.guard = renew.apply(item.guard);
        }
        return stored.guard().compareTo(item.guard) >= 0;
    }

    /**
     * An item with more actions than one transaction has: each step moves the control row to what is there then, under
     * the guard it had, so that a crash between two steps is only a change that is still to be finished.
     */
    private void inSteps(Pending item, Outcome outcome, BiConsumer<Pending, String> poison) {
        try {
            for (int attempt = 1; attempt <= ATTEMPTS * 10; attempt++) {
                ControlRow stored = read(item.key);
                if (isPast(stored, item)) {
                    outcome.stale++;
                    return;
                }
                boolean same = item.expected instanceof Expected.Exactly exactly
                        && exactly.guard().equals(stored.guard())
                        && item.before.equals(stored.remembered());
                if (!same) {
                    item.settle(stored);
                }
                List<Action> actions = item.actions(effects);
                boolean last = actions.size() < Catalog.MAX_ACTIONS;
                Step step = new Step(last ? actions : actions.subList(0, Catalog.MAX_ACTIONS - 1));
                Remembered reached = last ? reached(item) : item.before.after(step, item.goal.remembered());
                Guard guard = last ? item.guard : stored.guard();
                Transaction transaction = new Transaction(names, control, known, aggregates);
                transaction.add(item, step, reached, guard.text(), last);
                try {
                    client.transactWriteItems(transaction.request());
                } catch (TransactionCanceledException canceled) {
                    if (canceled.cancellationReasons().stream()
                            .anyMatch(reason -> reason.code() != null && Failures.isPermanent(reason.code()))) {
                        apart(List.of(item), String.valueOf(canceled.getMessage()), outcome, poison);
                        return;
                    }
                    backoff.pause(Math.min(attempt, ATTEMPTS));
                    continue;
                }
                if (last) {
                    outcome.applied++;
                    return;
                }
                item.advance(step, reached, guard);
            }
            outcome.failed.add(item);
        } catch (SdkException failure) {
            if (Failures.isPermanent(failure)) {
                apart(List.of(item), String.valueOf(failure.getMessage()), outcome, poison);
            } else {
                outcome.failed(List.of(item), failure);
            }
        }
    }
}
