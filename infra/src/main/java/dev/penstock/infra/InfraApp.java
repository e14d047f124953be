package dev.penstock.infra;

import dev.penstock.infra.alarms.AlarmsStack;
import dev.penstock.infra.backup.BackupStack;
import dev.penstock.infra.backup.CopyVaultStack;
import dev.penstock.infra.buckets.BucketsStack;
import dev.penstock.infra.dax.DaxStack;
import dev.penstock.infra.dax.ReaderStack;
import dev.penstock.infra.email.EmailStack;
import dev.penstock.infra.keys.KeysStack;
import dev.penstock.infra.keys.ReplicaKeyStack;
import dev.penstock.infra.rules.TemplateRules;
import dev.penstock.infra.settings.Settings;
import dev.penstock.infra.settings.SettingsContext;
import dev.penstock.infra.streams.StreamsStack;
import dev.penstock.infra.tables.TablesStack;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Storefront;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;
import software.amazon.awscdk.cxapi.CloudAssembly;

/**
 * The CDK app. The only class that reads context or the environment: below it everything is an argument.
 *
 * <p>Started by the CDK command line through cdk.json, or by hand, and then it reads cdk.json itself.
 */
public final class InfraApp {

    private InfraApp() {}

    /** Synthesizes the stage that the context names; what is wrong with the settings is said in one line. */
    public static void main(String[] args) {
        boolean startedByCdk = System.getenv("CDK_CONTEXT_JSON") != null;
        try {
            var app = app(startedByCdk ? Map.of() : CdkJson.context(Path.of("cdk.json")), null);
            define(app, SettingsContext.read(app.getNode()::tryGetContext), Storefront.catalog());
            check(app.synth());
        } catch (IllegalArgumentException e) {
            System.err.println("penstock: error: " + e.getMessage());
            System.exit(1);
        }
    }

    /** Refuses templates that would synthesize, pass every linter and fail, or lose data, later. */
    private static void check(CloudAssembly assembly) {
        var faults = assembly.getStacks().stream()
                .flatMap(stack ->
                        TemplateRules.check(stack.getId(), CdkJson.read(Path.of(stack.getTemplateFullPath()))).stream())
                .toList();
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(String.join(System.lineSeparator(), faults));
        }
    }

    /** An app with that context; without analytics and tree metadata, which would make templates differ between runs. */
    static App app(Map<String, Object> context, @Nullable String outdir) {
        return new App(AppProps.builder()
                .analyticsReporting(false)
                .treeMetadata(false)
                .context(new TreeMap<>(context))
                .outdir(outdir)
                .build());
    }

    /** Defines all stacks of a stage, those first that others depend on. */
    static void define(App app, Settings settings, Catalog catalog) {
        String region = settings.region();
        Optional<KeysStack> keys =
                settings.customerKey() ? Optional.of(new KeysStack(app, settings)) : Optional.empty();
        Optional<String> keyArn = keys.map(KeysStack::keyArn);
        var alarms = new AlarmsStack(app, settings, region);
        var tables = new TablesStack(app, settings, catalog, keys);
        keys.ifPresent(primary -> settings.replicaRegions()
                .forEach(replica -> tables.addStackDependency(new ReplicaKeyStack(app, settings, replica, primary))));
        var buckets = new BucketsStack(app, settings, region, catalog, keyArn);
        var email = new EmailStack(app, settings, region, alarms.topicEncryption());
        var streams = new StreamsStack(app, settings, region, catalog, tables::streamArn, keyArn);
        List.of(alarms, buckets, email).forEach(streams::addStackDependency);
        Optional<DaxStack> dax =
                settings.dax() ? Optional.of(new DaxStack(app, settings, catalog, keyArn)) : Optional.empty();
        dax.ifPresent(cluster -> List.of(alarms, tables).forEach(cluster::addStackDependency));
        new ReaderStack(app, settings, dax, keyArn).addStackDependency(tables);
        var backup = new BackupStack(app, settings, keyArn);
        List.of(alarms, tables).forEach(backup::addStackDependency);
        if (!settings.backupRegion().isEmpty()) {
            backup.addStackDependency(new CopyVaultStack(app, settings));
        }
    }
}
