package dev.penstock.lambdas.catalog;

import dev.penstock.lambdas.projector.ProjectorHandler;
import dev.penstock.lambdas.projector.WindowedProjectorHandler;
import dev.penstock.lambdas.replication.ReplicationHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.stream.Stream;

/**
 * All declarations, checked against each other. What follows from them (derived tables, one projector per source) is
 * computed here and declared nowhere else.
 *
 * @param tables sources, which the application writes; {@link #allTables()} adds the derived ones
 * @param consumers those that people declare; {@link #allConsumers()} adds the projectors and the replicators
 * @param replications to other regions and accounts, whose tables are not among {@link #allTables()}
 */
public record Catalog(
        List<Table> tables,
        List<View> views,
        List<Aggregate> aggregates,
        List<Consumer> consumers,
        List<Replication> replications) {
    /**
     * Table that holds the state of each source: its epoch, what its views and aggregates were declared as when their
     * first row was written, and which versions are live; partition key {@code source}.
     */
    public static final String EPOCHS = "Epochs";

    /** Table that a canary of each region writes, where any table is global; partition key {@code region}. */
    public static final String CANARY = "Canary";

    /** Actions in one transaction, see TransactWriteItems of the DynamoDB API reference. */
    public static final int MAX_ACTIONS = 100;

    /** Attributes of a control row beside the source's key; the last is its TTL attribute. */
    static final Set<String> CONTROL_NAMES = Set.of("guard", "effects", "expiresAt");

    private static final String EXPIRES_AT = "expiresAt";

    /**
     * Checks all declarations against each other.
     *
     * @throws IllegalArgumentException when a rule is broken: rule, value given, what is allowed
     */
    public Catalog(
            List<Table> tables,
            List<View> views,
            List<Aggregate> aggregates,
            List<Consumer> consumers,
            List<Replication> replications) {
        this.tables = List.copyOf(tables);
        this.views = List.copyOf(views);
        this.aggregates = List.copyOf(aggregates);
        this.consumers = List.copyOf(consumers);
        this.replications = List.copyOf(replications);
        CatalogRules.check(this);
    }

    /** Without replications. */
    public Catalog(List<Table> tables, List<View> views, List<Aggregate> aggregates, List<Consumer> consumers) {
        this(tables, views, aggregates, consumers, List.of());
    }

    /** The declared table of this name. */
    public Table table(String name) {
        return tables.stream()
                .filter(table -> table.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("no table " + name + " in the catalog"));
    }

    /** Views, then aggregates. */
    public List<Effect> effects() {
        List<Effect> effects = new ArrayList<>(views);
        effects.addAll(aggregates);
        return effects;
    }

    /** What items of this source cause. */
    public List<Effect> effectsOf(String source) {
        return effects().stream()
                .filter(effect -> effect.source().equals(source))
                .toList();
    }

    /** Aggregates over this source. */
    public List<Aggregate> aggregatesOf(String source) {
        return aggregates.stream()
                .filter(aggregate -> aggregate.source().equals(source))
                .toList();
    }

    /** Name of the control table of a source. */
    public static String controlName(String source) {
        return source + "Control";
    }

    /** Name of the table of holes of a source with windowed aggregates. */
    public static String holesName(String source) {
        return source + "Holes";
    }

    /** Source tables, then what is derived from the declarations, in a fixed order. */
    public List<Table> allTables() {
        return Stream.of(
                        tables.stream(),
                        effects().stream().map(Effect::table),
                        controls(),
                        holes(),
                        claims(),
                        epochs(),
                        canary())
                .flatMap(part -> part)
                .toList();
    }

    /** Derived tables only. */
    public List<Table> derivedTables() {
        return allTables().subList(tables.size(), allTables().size());
    }

    /** One projector for each source that has views or aggregates: it applies all of them. */
    public List<Consumer> projectors() {
        return tables.stream()
                .filter(table -> !effectsOf(table.name()).isEmpty())
                .map(this::projector)
                .toList();
    }

    /** One consumer for each replication. */
    public List<Consumer> replicators() {
        return replications.stream()
                .map(replication -> new Consumer(
                        replication.name(),
                        replication.source(),
                        ReplicationHandler.class,
                        List.of(),
                        BatchSettings.PROJECTOR,
                        List.of(new Access.Replicates(replication)),
                        Consumer.Activity.ACTIVE_REGION))
                .toList();
    }

    /** The declared replication of this name. */
    public Replication replication(String name) {
        return replications.stream()
                .filter(replication -> replication.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("no replication " + name + " in the catalog"));
    }

    /** Declared consumers, projectors, replicators: each is one function with one event source mapping. */
    public List<Consumer> allConsumers() {
        return Stream.of(consumers, projectors(), replicators())
                .flatMap(List::stream)
                .toList();
    }

    private Consumer projector(Table source) {
        boolean windowed = isWindowed(source);
        BatchSettings declared = source.projectorBatch();
        BatchSettings batch = declared != null ? declared : windowed ? BatchSettings.WINDOWED : BatchSettings.PROJECTOR;
        List<Access> access = new ArrayList<>();
        effectsOf(source.name()).forEach(effect -> access.add(new Access.Writes(effect.tableName())));
        if (hasControl(source)) {
            access.add(new Access.Writes(controlName(source.name())));
        }
        if (windowed) {
            access.add(new Access.Writes(holesName(source.name())));
            access.add(new Access.Reads(holesName(source.name())));
            access.add(new Access.Scans(holesName(source.name())));
        }
        access.add(new Access.Writes(EPOCHS));
        return new Consumer(
                source.name() + "Projector",
                source.name(),
                windowed ? WindowedProjectorHandler.class : ProjectorHandler.class,
                List.of(),
                batch,
                access,
                Consumer.Activity.EVERY_REGION);
    }

    private boolean isWindowed(Table source) {
        return aggregatesOf(source.name()).stream().anyMatch(aggregate -> aggregate.mode() == Aggregate.Mode.WINDOWED);
    }

    private boolean hasControl(Table source) {
        return effectsOf(source.name()).stream()
                .filter(Effect::needsControl)
                .anyMatch(effect -> !(effect instanceof View view && view.isFixed(source)));
    }

    private Stream<Table> controls() {
        return tables.stream()
                .filter(this::hasControl)
                .map(source -> Table.derived(
                        controlName(source.name()),
                        Table.Role.CONTROL,
                        source.partitionKey(),
                        source.sortKey(),
                        EXPIRES_AT));
    }

    private Stream<Table> holes() {
        return tables.stream()
                .filter(this::isWindowed)
                .map(source -> Table.derived(
                        holesName(source.name()),
                        Table.Role.HOLES,
                        Attribute.string("shard"),
                        Attribute.string("sequenceNumber"),
                        EXPIRES_AT));
    }

    private Stream<Table> claims() {
        return consumers.stream()
                .filter(Consumer::sendsMail)
                .map(consumer -> Table.derived(
                        Consumer.claimsName(consumer.name()),
                        Table.Role.CLAIMS,
                        Attribute.string("claim"),
                        null,
                        EXPIRES_AT));
    }

    private Stream<Table> canary() {
        return tables.stream().anyMatch(Table::isGlobal)
                ? Stream.of(Table.named(CANARY)
                        .key("region")
                        .role(Table.Role.CANARY)
                        .replicated(Table.Replicas.EVENTUAL)
                        .backup(Table.BackupClass.NONE)
                        .recoveryDays(1)
                        .build())
                : Stream.of();
    }

    private Stream<Table> epochs() {
        return effects().isEmpty()
                ? Stream.of()
                : Stream.of(Table.derived(EPOCHS, Table.Role.EPOCHS, Attribute.string("source"), null));
    }
}
