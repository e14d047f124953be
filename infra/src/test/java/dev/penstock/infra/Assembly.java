package dev.penstock.infra;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.infra.settings.Settings;
import dev.penstock.infra.settings.SettingsContext;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Storefront;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import software.amazon.awscdk.App;

/**
 * The synthesized templates of a stage. Each stage is synthesized once per JVM, with the context of cdk.json: a test
 * that let CDK use its defaults would test other templates than those that deploy.
 */
record Assembly(Path directory, SortedMap<String, JsonNode> templates) {

    static final String ACCOUNT = "111122223333";
    static final String REGION = "us-east-1";

    private static final Map<String, Assembly> STAGES = new TreeMap<>();
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The assembly of a stage as cdk.json describes it; {@code prod-dax} is prod with DAX and imports on demand, {@code
     * prod-away} is prod with its second region active. */
    static synchronized Assembly of(String stage) {
        return STAGES.computeIfAbsent(
                stage,
                name -> name.equals("prod-dax")
                        ? synthesize(
                                Storefront.catalog(), "prod", "penstock:dax", "true", "penstock:importFlow", "true")
                        : name.equals("prod-away")
                                ? synthesize(Storefront.catalog(), "prod", "penstock:activeRegion", "us-west-2")
                                : synthesize(Storefront.catalog(), name));
    }

    /** A new assembly of another catalog, or with more context: key, value, key, value... */
    static Assembly synthesize(Catalog catalog, String stage, Object... context) {
        App app = app(stage, context);
        new StackGraph(app, settings(app), catalog).define();
        return read(Path.of(app.synth().getDirectory()));
    }

    static App app(String stage, Object... context) {
        return InfraApp.app(
                context(Stream.concat(Stream.of("stage", stage), Stream.of(context))
                        .toArray()),
                temporary("assembly").toString());
    }

    /** The context of cdk.json and more: key, value, key, value... */
    static SortedMap<String, Object> context(Object... context) {
        var all = new TreeMap<>(CdkJson.context(Path.of("cdk.json")));
        all.put("penstock:codeDirectory", codeDirectory().toString());
        for (int i = 0; i < context.length; i += 2) {
            all.put((String) context[i], context[i + 1]);
        }
        if (!"local".equals(all.get("stage"))) {
            all.put("account", ACCOUNT);
            all.put("region", REGION);
        }
        return all;
    }

    static Settings settings(App app) {
        return SettingsContext.read(app.getNode()::tryGetContext);
    }

    private static Assembly read(Path directory) {
        var templates = new TreeMap<String, JsonNode>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".template.json"))
                    .toList()) {
                templates.put(
                        file.getFileName().toString().replace(".template.json", ""), JSON.readTree(file.toFile()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Assembly(directory, templates);
    }

    /** A resource of a template. */
    record Resource(String stack, String id, JsonNode json) {
        String type() {
            return json.path("Type").asText();
        }

        JsonNode properties() {
            return json.path("Properties");
        }
    }

    /** All resources of all stacks. */
    List<Resource> resources() {
        return templates.entrySet().stream()
                .flatMap(template -> template.getValue().path("Resources").properties().stream()
                        .map(entry -> new Resource(template.getKey(), entry.getKey(), entry.getValue())))
                .toList();
    }

    /** All resources of a type, e.g. {@code AWS::Lambda::Function}. */
    List<Resource> resources(String type) {
        return resources().stream()
                .filter(resource -> resource.type().equals(type))
                .toList();
    }

    /** The one resource of a type with that property value. */
    Resource resource(String type, String property, String value) {
        var found = resources(type).stream()
                .filter(resource ->
                        resource.properties().path(property).asText().equals(value))
                .toList();
        if (found.size() != 1) {
            throw new AssertionError("%d resources %s with %s = %s".formatted(found.size(), type, property, value));
        }
        return found.getFirst();
    }

    static Path temporary(String name) {
        try {
            Path directory = Files.createTempDirectory("penstock-" + name);
            directory.toFile().deleteOnExit();
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stands in for the zips that module lambdas builds: templates hold only their hashes. */
    private static Path codeDirectory() {
        Path directory = temporary("code");
        for (String name : List.of("function", "reader", "operations")) {
            try (var out = new ZipOutputStream(Files.newOutputStream(directory.resolve("penstock-" + name + ".zip")))) {
                var entry = new ZipEntry(name + "/");
                entry.setTime(0);
                out.putNextEntry(entry);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return directory;
    }
}
