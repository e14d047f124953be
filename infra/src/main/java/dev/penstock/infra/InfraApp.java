package dev.penstock.infra;

import dev.penstock.infra.rules.TemplateRules;
import dev.penstock.infra.settings.SettingsContext;
import dev.penstock.lambdas.catalog.Storefront;
import java.nio.file.Path;
import java.util.Map;
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
            new StackGraph(app, SettingsContext.read(app.getNode()::tryGetContext), Storefront.catalog()).define();
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
}
