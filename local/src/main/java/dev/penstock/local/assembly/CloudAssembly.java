package dev.penstock.local.assembly;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What {@code cdk synth} wrote: the stacks, those another one needs before it, and the files their resources refer to.
 *
 * @param assets file or folder of each asset, by its object key in the staging bucket
 */
public record CloudAssembly(Path directory, List<Stack> stacks, Map<String, Path> assets) {

    /** One stack: its name, the region it is pinned to ("" when it is not), and its template. */
    public record Stack(String name, String region, Template template) {}

    /**
     * Reads an assembly and the assemblies nested in it.
     *
     * @param directory that {@code cdk synth} wrote; or a file: a single CloudFormation template in JSON
     * @throws AssemblyException when a file is missing or not readable
     */
    public static CloudAssembly read(Path directory) {
        if (Files.isRegularFile(directory)) {
            String name = String.valueOf(directory.getFileName()).replaceAll("\\..*", "");
            return new CloudAssembly(
                    directory, List.of(new Stack(name, "", Template.of(Json.read(directory)))), Map.of());
        }
        Map<String, Stack> stacks = new LinkedHashMap<>();
        Map<String, Path> assets = new LinkedHashMap<>();
        readInto(directory, stacks, assets);
        if (stacks.isEmpty()) {
            throw new AssemblyException(directory + " has no stack in its manifest.json");
        }
        return new CloudAssembly(directory, List.copyOf(stacks.values()), Map.copyOf(assets));
    }

    private static void readInto(Path directory, Map<String, Stack> stacks, Map<String, Path> assets) {
        var manifest = Json.read(directory.resolve("manifest.json"));
        var artifacts = Json.object(manifest.get("artifacts"), "artifacts of " + directory);
        Set<String> done = new LinkedHashSet<>();
        for (String id : artifacts.keySet()) {
            visit(id, artifacts, directory, stacks, assets, done, new ArrayList<>());
        }
    }

    private static void visit(
            String id,
            Map<String, Object> artifacts,
            Path directory,
            Map<String, Stack> stacks,
            Map<String, Path> assets,
            Set<String> done,
            List<String> path) {
        if (path.contains(id)) {
            throw new AssemblyException("the stacks depend on each other in a circle: " + path);
        }
        if (done.contains(id) || !artifacts.containsKey(id)) {
            return;
        }
        path.add(id);
        var artifact = Json.object(artifacts.get(id), id);
        for (Object dependency : Json.list(artifact.get("dependencies"), "dependencies of " + id)) {
            visit(String.valueOf(dependency), artifacts, directory, stacks, assets, done, path);
        }
        path.removeLast();
        done.add(id);
        var properties = Json.object(artifact.get("properties"), "properties of " + id);
        switch (String.valueOf(artifact.get("type"))) {
            case "aws:cloudformation:stack" -> stacks.put(id, stack(id, artifact, properties, directory));
            case "cdk:asset-manifest" -> readAssets(directory, directory.resolve(text(properties, "file")), assets);
            case "cdk:cloud-assembly" -> readInto(directory.resolve(text(properties, "directoryName")), stacks, assets);
            default -> {} // the construct tree, feature flag report and the like
        }
    }

    private static Stack stack(
            String id, Map<String, Object> artifact, Map<String, Object> properties, Path directory) {
        var template = Template.of(Json.read(directory.resolve(text(properties, "templateFile"))));
        String name = properties.get("stackName") instanceof String given ? given : id;
        String environment = String.valueOf(artifact.get("environment")); // aws://ACCOUNT/REGION
        String region = environment.substring(environment.lastIndexOf('/') + 1);
        return new Stack(name, region.startsWith("unknown") || region.equals("null") ? "" : region, template);
    }

    private static void readAssets(Path directory, Path file, Map<String, Path> assets) {
        Json.object(Json.read(file).get("files"), "files of " + file).forEach((hash, value) -> {
            var asset = Json.object(value, hash);
            var source = Json.object(asset.get("source"), "source of " + hash);
            Json.object(asset.get("destinations"), "destinations of " + hash)
                    .values()
                    .forEach(destination -> assets.put(
                            text(Json.object(destination, hash), "objectKey"),
                            directory.resolve(text(source, "path")).normalize()));
        });
    }

    private static String text(Map<String, Object> object, String member) {
        if (object.get(member) instanceof String text) {
            return text;
        }
        throw new AssemblyException("the cloud assembly lacks " + member + " in " + object);
    }
}
