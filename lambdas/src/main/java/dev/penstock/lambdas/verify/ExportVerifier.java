package dev.penstock.lambdas.verify;

import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Effect;
import dev.penstock.lambdas.catalog.Replication;
import dev.penstock.lambdas.catalog.View;
import dev.penstock.lambdas.tables.ExpiredItems;
import dev.penstock.lambdas.tables.TableNames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Compares views, aggregates and replications with a recomputation from their sources as all of them were at one second,
 * from exports: no table is read but for what differed then. That is looked at again, by consistent reads of just the
 * keys concerned, as a view is behind its source by what its stream has not passed yet. Memory is bounded whatever the
 * tables hold; temporary files take some hundred bytes an item and its row.
 */
public final class ExportVerifier {
    /** Differences that are looked at again; more than that are no stragglers. */
    private static final int MOST = 10_000;

    private final Catalog catalog;
    private final TableNames names;
    private final DynamoDbClient client;
    private final ExpiredItems expired;
    private final Path folder;

    /** @param folder for temporary files */
    public ExportVerifier(Catalog catalog, DynamoDbClient client, TableNames names, ExpiredItems expired, Path folder) {
        this.catalog = catalog;
        this.client = client;
        this.names = names;
        this.expired = expired;
        this.folder = folder;
    }

    /** The exports that comparing a view or an aggregate needs, its source first. */
    public static Set<String> needs(Effect effect) {
        return new LinkedHashSet<>(List.of(effect.source(), effect.tableName()));
    }

    /** The exports that comparing a replication needs, its source first. */
    public static Set<String> needs(Replication replication) {
        return new LinkedHashSet<>(List.of(replication.source(), TablesAt.target(replication)));
    }

    /** The control table that makes a comparison sharper: without it a group that is always written can't be told. */
    public static Set<String> uses(Effect effect) {
        return effect instanceof Aggregate aggregate && aggregate.mode() == Aggregate.Mode.CONTRIBUTION
                ? Set.of(Catalog.controlName(effect.source()))
                : Set.of();
    }

    /**
     * Compares one view or aggregate.
     *
     * @throws IOException when an export can't be read
     */
    public Findings verify(Effect effect, TablesAt tables, Verifier.Settled settled) throws IOException {
        return switch (effect) {
            case View view -> items(KeptRows.of(catalog, view, reads(client)), tables, settled);
            case Aggregate aggregate -> sums(aggregate, tables, settled);
        };
    }

    /**
     * Compares the target of a replication.
     *
     * @param there client of the target's region
     * @throws IOException when an export can't be read
     */
    public Findings verify(Replication replication, DynamoDbClient there, TablesAt tables, Verifier.Settled settled)
            throws IOException {
        return items(KeptRows.of(catalog, replication, reads(there)), tables, settled);
    }

    private Findings items(Kept kept, TablesAt tables, Verifier.Settled settled) throws IOException {
        ItemsAt.Found found = new ItemsAt(tables, expired, folder, MOST).differing(kept);
        return new Recheck(kept, reads(client), expired)
                .run(found.candidates(), settled)
                .and(new Findings(List.of(), List.of(), found.more()));
    }

    /** Each item against what is remembered of it, and the sum of that against the rows. */
    private Findings sums(Aggregate aggregate, TablesAt tables, Verifier.Settled settled) throws IOException {
        boolean remembers = uses(aggregate).stream().anyMatch(tables::has);
        KeptShares remembered = remembers ? new KeptShares(catalog, aggregate, reads(client)) : null;
        Findings ofItems = remembered == null ? Findings.NONE : items(remembered, tables, settled);
        SumsAt.Found found = new SumsAt(tables, catalog.table(aggregate.source()), aggregate, expired, folder, MOST)
                .differing(remembered);
        return ofItems.and(new GroupRecheck(aggregate, reads(client)).run(found.groups(), settled))
                .and(new Findings(List.of(), List.of(), found.more()));
    }

    private TableReads reads(DynamoDbClient of) {
        return new TableReads(of, names);
    }
}
