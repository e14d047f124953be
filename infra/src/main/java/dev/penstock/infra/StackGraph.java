package dev.penstock.infra;

import dev.penstock.infra.alarms.AlarmsStack;
import dev.penstock.infra.backup.BackupStack;
import dev.penstock.infra.backup.CopyVaultStack;
import dev.penstock.infra.backup.DrillStack;
import dev.penstock.infra.buckets.BucketsStack;
import dev.penstock.infra.dax.DaxStack;
import dev.penstock.infra.dax.ReaderStack;
import dev.penstock.infra.email.EmailStack;
import dev.penstock.infra.export.ExportStack;
import dev.penstock.infra.imports.ImportFlowStack;
import dev.penstock.infra.imports.ImportStack;
import dev.penstock.infra.keys.KeysStack;
import dev.penstock.infra.keys.ReplicaKeyStack;
import dev.penstock.infra.regions.Activity;
import dev.penstock.infra.regions.RegionsStack;
import dev.penstock.infra.regions.ReplicaStream;
import dev.penstock.infra.replication.ReplicationStack;
import dev.penstock.infra.replication.ReplicationTarget;
import dev.penstock.infra.replication.TargetsStack;
import dev.penstock.infra.settings.Settings;
import dev.penstock.infra.settings.StageStack;
import dev.penstock.infra.streams.StreamsStack;
import dev.penstock.infra.tables.TablesStack;
import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Consumer;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.projector.WindowedProjectorHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import software.amazon.awscdk.App;

/** Which stacks a stage has, and which is deployed before which. */
final class StackGraph {

    private final App app;
    private final Settings settings;
    private final Catalog catalog;
    private final Optional<KeysStack> keys;
    private final TablesStack tables;
    private final Map<String, ReplicaKeyStack> replicaKeys = new TreeMap<>();
    private final List<ReplicationStack> replicators = new ArrayList<>();

    StackGraph(App app, Settings settings, Catalog catalog) {
        this.app = app;
        this.settings = settings;
        this.catalog = catalog;
        keys = settings.customerKey() ? Optional.of(new KeysStack(app, settings)) : Optional.empty();
        tables = new TablesStack(app, settings, catalog, keys);
    }

    void define() {
        // A table is replicated to a region only once that region has its key.
        keys.ifPresent(primary -> settings.replicaRegions().forEach(region -> {
            var replica = new ReplicaKeyStack(app, settings, region, primary);
            replicaKeys.put(region, replica);
            tables.addStackDependency(replica);
        }));
        var alarms = new AlarmsStack(app, settings, settings.region());
        consumers(settings.region(), alarms, (stack, table) -> tables.streamArn(table));
        backup(alarms);
        reader(alarms);
        settings.importSource()
                .ifPresent(source -> new ImportStack(app, settings, catalog, source, keyArn(settings.region())));
        var exports = new ExportStack(app, settings, catalog, keyArn(settings.region()));
        List.of(alarms, tables).forEach(exports::addStackDependency);
        var drill = new DrillStack(app, settings, catalog, keyArn(settings.region()));
        List.of(alarms, tables, exports).forEach(drill::addStackDependency);
        if (settings.importFlow()) {
            new ImportFlowStack(app, settings, keyArn(settings.region())).addStackDependency(exports);
        }
        if (catalog.tables().stream().anyMatch(Table::isGlobal)
                && !settings.replicaRegions().isEmpty()) {
            lag(settings.region(), alarms);
            settings.replicaRegions().forEach(this::replica);
        }
        targets();
    }

    private void replica(String region) {
        var alarms = new AlarmsStack(app, settings, region);
        lag(region, alarms);
        if (Activity.consumers(catalog, settings, region).isEmpty()) {
            return;
        }
        var own = new TablesStack(app, settings, region, Activity.privateTables(catalog, settings, region), keys);
        var streams = consumers(
                region,
                alarms,
                (stack, table) -> new ReplicaStream(
                                stack, settings, table, region, stack.arn("dynamodb", "table", settings.name(table)))
                        .arn());
        List.of(tables, own).forEach(streams::addStackDependency);
    }

    private StreamsStack consumers(
            String region, AlarmsStack alarms, BiFunction<StageStack, String, String> streamArn) {
        List<Consumer> all = Activity.consumers(catalog, settings, region);
        List<Consumer> consumers =
                all.stream().filter(each -> each.replication().isEmpty()).toList();
        List<Consumer> replicating =
                all.stream().filter(each -> each.replication().isPresent()).toList();
        var buckets = new BucketsStack(app, settings, region, catalog, keyArn(region));
        buckets.addStackDependency(alarms);
        var streams = new StreamsStack(app, settings, region, consumers, windowed(consumers), streamArn, keyArns());
        List.of(alarms, buckets).forEach(streams::addStackDependency);
        if (consumers.stream().anyMatch(Consumer::sendsMail)) {
            streams.addStackDependency(new EmailStack(app, settings, region, catalog, keyArn(region)));
        }
        if (!replicating.isEmpty()) {
            var stack = new ReplicationStack(app, settings, region, replicating, streamArn, keyArns());
            List.of(alarms, buckets).forEach(stack::addStackDependency);
            replicators.add(stack);
        }
        return streams;
    }

    private List<Aggregate> windowed(List<Consumer> consumers) {
        return catalog.aggregates().stream()
                .filter(aggregate -> aggregate.mode() == Aggregate.Mode.WINDOWED)
                .filter(aggregate -> consumers.stream()
                        .anyMatch(consumer -> consumer.handler() == WindowedProjectorHandler.class
                                && consumer.source().equals(aggregate.source())))
                .toList();
    }

    /** The targets of replications: made before anything is written to them. */
    private void targets() {
        catalog.replications().stream()
                .collect(Collectors.groupingBy(
                        each -> new ReplicationTarget(settings, each).account() + " " + each.region(),
                        TreeMap::new,
                        Collectors.toList()))
                .forEach((place, replications) -> {
                    var target = new ReplicationTarget(settings, replications.getFirst());
                    var stack = new TargetsStack(app, settings, target.account(), target.region(), replications, keys);
                    if (!target.isForeign() && !settings.regions().contains(target.region())) {
                        keys.ifPresent(primary -> replicaKeys.computeIfAbsent(
                                target.region(), region -> new ReplicaKeyStack(app, settings, region, primary)));
                    }
                    Optional.ofNullable(replicaKeys.get(target.region())).ifPresent(stack::addStackDependency);
                    replicators.forEach(functions -> functions.addStackDependency(stack));
                });
    }

    private void lag(String region, AlarmsStack alarms) {
        var regions = new RegionsStack(app, settings, region, catalog, keyArn(region));
        List.of(alarms, tables).forEach(regions::addStackDependency);
    }

    private void backup(AlarmsStack alarms) {
        var backup = new BackupStack(app, settings, keyArn(settings.region()));
        List.of(alarms, tables).forEach(backup::addStackDependency);
        if (!settings.backupRegion().isEmpty()) {
            backup.addStackDependency(new CopyVaultStack(app, settings));
        }
    }

    private void reader(AlarmsStack alarms) {
        Optional<String> keyArn = keyArn(settings.region());
        Optional<DaxStack> dax =
                settings.dax() ? Optional.of(new DaxStack(app, settings, catalog, keyArn)) : Optional.empty();
        dax.ifPresent(cluster -> List.of(alarms, tables).forEach(cluster::addStackDependency));
        new ReaderStack(app, settings, dax, keyArn).addStackDependency(tables);
    }

    private Optional<UnaryOperator<String>> keyArns() {
        return keys.map(stack -> stack::keyArn);
    }

    private Optional<String> keyArn(String region) {
        return keys.map(stack -> stack.keyArn(region));
    }
}
