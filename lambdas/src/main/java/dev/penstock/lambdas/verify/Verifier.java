package dev.penstock.lambdas.verify;

import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Effect;
import dev.penstock.lambdas.catalog.Replication;
import dev.penstock.lambdas.catalog.View;
import dev.penstock.lambdas.tables.ExpiredItems;
import dev.penstock.lambdas.tables.TableNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Compares every view and aggregate with a recomputation from its source, and from archived items where effects
 * survive expiry. A difference counts only if it is still there after the stream has passed it; none is the only right
 * result then.
 */
public final class Verifier {
    private static final int ROUNDS = 5;

    private final Catalog catalog;
    private final DynamoDbClient client;
    private final TableNames names;
    private final ExpiredItems expired;

    public Verifier(Catalog catalog, DynamoDbClient client, TableNames names, ExpiredItems expired) {
        this.catalog = catalog;
        this.client = client;
        this.names = names;
        this.expired = expired;
    }

    /** Verifies one version of a view or an aggregate. */
    public List<Difference> verify(Effect effect, Settled settled) {
        return switch (effect) {
            case View view -> lasting(() -> new ViewCheck(catalog, client, names, expired, view).run(), settled);
            case Aggregate aggregate ->
                lasting(() -> new AggregateCheck(catalog, client, names, expired, aggregate).run(), settled);
        };
    }

    /**
     * Verifies all views and aggregates.
     *
     * @param settled returns when the projectors have applied all that was written before the call, or false when it
     *     can't wait any longer
     * @param progress told the name of each table before it is verified
     */
    public List<Difference> verify(Settled settled, Consumer<String> progress) {
        List<Difference> differences = new ArrayList<>();
        for (Effect effect : catalog.effects()) {
            progress.accept(effect.tableName());
            differences.addAll(verify(effect, settled));
        }
        return differences;
    }

    /**
     * Verifies the target of every replication within the stage's account.
     *
     * @param target client of a region
     */
    public List<Difference> verifyReplications(
            Function<String, DynamoDbClient> target, Settled settled, Consumer<String> progress) {
        List<Difference> differences = new ArrayList<>();
        for (Replication replication : catalog.replications()) {
            if (replication.account() == null) {
                progress.accept(replication.target() + " in " + replication.region());
                DynamoDbClient there = target.apply(replication.region());
                differences.addAll(
                        lasting(() -> new ReplicationCheck(catalog, client, there, names, replication).run(), settled));
            }
        }
        return differences;
    }

    /** Waits for the projectors. */
    @FunctionalInterface
    public interface Settled {
        /** True when all that was written before the call is applied. */
        boolean await();
    }

    private interface Check {
        List<Difference> run();
    }

    /** Differences that stay the same from one look to the next, with the stream having passed in between. */
    private static List<Difference> lasting(Check check, Settled settled) {
        List<Difference> differences = check.run();
        for (int round = 1; round < ROUNDS && !differences.isEmpty(); round++) {
            boolean passed = settled.await();
            List<Difference> again = check.run();
            boolean lasts = passed && Set.copyOf(again).equals(Set.copyOf(differences));
            differences = again;
            if (lasts) {
                break;
            }
        }
        return differences;
    }
}
