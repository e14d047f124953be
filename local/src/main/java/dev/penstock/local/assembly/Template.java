package dev.penstock.local.assembly;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A CloudFormation template, as written: nothing is resolved yet. */
public record Template(
        Map<String, Object> parameters,
        Map<String, Object> mappings,
        Map<String, Object> conditions,
        Map<String, Declaration> resources,
        Map<String, Object> outputs) {

    /**
     * One resource as declared.
     *
     * @param condition the name of the condition it hangs on
     */
    public record Declaration(
            String type,
            Map<String, Object> properties,
            List<String> dependsOn,
            @Nullable String condition) {}

    static Template of(Map<String, Object> document) {
        Map<String, Declaration> resources = new LinkedHashMap<>();
        Json.object(document.get("Resources"), "Resources").forEach((id, value) -> {
            var resource = Json.object(value, id);
            resources.put(
                    id,
                    new Declaration(
                            String.valueOf(resource.get("Type")),
                            Json.object(resource.get("Properties"), "Properties of " + id),
                            strings(resource.get("DependsOn")),
                            resource.get("Condition") instanceof String condition ? condition : null));
        });
        return new Template(
                Json.object(document.get("Parameters"), "Parameters"),
                Json.object(document.get("Mappings"), "Mappings"),
                Json.object(document.get("Conditions"), "Conditions"),
                resources,
                Json.object(document.get("Outputs"), "Outputs"));
    }

    /**
     * Logical ids such that each comes after those it refers to; otherwise as written.
     *
     * @throws AssemblyException when resources depend on each other in a circle
     */
    List<String> order() {
        Set<String> ordered = new LinkedHashSet<>();
        for (String id : resources.keySet()) {
            visit(id, ordered, new LinkedHashSet<>());
        }
        return List.copyOf(ordered);
    }

    private void visit(String id, Set<String> ordered, Set<String> path) {
        if (ordered.contains(id)) {
            return;
        }
        if (!path.add(id)) {
            throw new AssemblyException("resources depend on each other in a circle: " + path);
        }
        Declaration resource = Objects.requireNonNull(resources.get(id));
        Set<String> needs = new TreeSet<>(resource.dependsOn());
        References.in(resource.properties(), needs);
        for (String need : needs) {
            if (resources.containsKey(need) && !need.equals(id)) {
                visit(need, ordered, path);
            }
        }
        path.remove(id);
        ordered.add(id);
    }

    private static List<String> strings(@Nullable Object value) {
        return switch (value) {
            case null -> List.of();
            case List<?> list -> list.stream().map(String::valueOf).toList();
            default -> List.of(String.valueOf(value));
        };
    }
}
