package dev.penstock.local.assembly;

import dev.penstock.local.assembly.Resource.Physical;
import dev.penstock.local.clients.Clients;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

/** Provisions the stacks of an assembly, in the order of their dependencies, and tells what became of each resource. */
public final class Deployment {
    private final Target target;
    private final String homeRegion;
    private final Map<String, Map<String, String>> outputs = new LinkedHashMap<>();
    private final Map<String, String> exports = new LinkedHashMap<>();
    private final List<Provisioned> provisioned = new ArrayList<>();
    private final Map<String, Integer> declaredOnly = new TreeMap<>();

    private Deployment(CloudAssembly assembly, Function<String, Clients> clients, String homeRegion) {
        this.target = new Target(clients, assembly.assets(), this::withoutEffect);
        this.homeRegion = homeRegion;
    }

    /** One resource that has an effect here. */
    public record Provisioned(String stack, String logicalId, String type, String physicalId) {}

    /**
     * What was done.
     *
     * @param declaredOnly how many resources have no local effect, by type
     * @param outputs of each stack
     */
    public record Report(
            List<Provisioned> provisioned,
            Map<String, Integer> declaredOnly,
            Map<String, Map<String, String>> outputs) {}

    /**
     * @param clients the official clients of a region
     * @param homeRegion the region of stacks that are pinned to none
     * @throws AssemblyException before anything is made, when a resource has a type that is not known here
     */
    public static Report deploy(CloudAssembly assembly, Function<String, Clients> clients, String homeRegion) {
        refuseUnknownTypes(assembly);
        var deployment = new Deployment(assembly, clients, homeRegion);
        assembly.stacks().forEach(deployment::deploy);
        return new Report(
                List.copyOf(deployment.provisioned),
                Map.copyOf(deployment.declaredOnly),
                Map.copyOf(deployment.outputs));
    }

    private static void refuseUnknownTypes(CloudAssembly assembly) {
        var unknown = new TreeSet<String>();
        assembly.stacks()
                .forEach(stack -> stack.template().resources().forEach((id, resource) -> {
                    if (!Provisioners.BY_TYPE.containsKey(resource.type()) && !DeclaredOnly.includes(resource.type())) {
                        unknown.add(resource.type() + " (" + stack.name() + "/" + id + ")");
                    }
                }));
        if (!unknown.isEmpty()) {
            throw new AssemblyException("no local meaning is known for " + String.join(", ", unknown)
                    + ": write a Provisioner, or list the type in DeclaredOnly");
        }
    }

    private void deploy(CloudAssembly.Stack stack) {
        String region = stack.region().isEmpty() ? homeRegion : stack.region();
        Map<String, Physical> made = new LinkedHashMap<>();
        var intrinsics = new Intrinsics(stack.template(), scope(stack, region, made));
        for (String id : stack.template().order()) {
            var declaration =
                    Objects.requireNonNull(stack.template().resources().get(id));
            if (declaration.condition() == null || intrinsics.holds(declaration.condition())) {
                String where = stack.name() + "/" + id + " (" + declaration.type() + ")";
                var values = Json.object(intrinsics.resolve(declaration.properties()), where);
                made.put(
                        id,
                        make(new Resource(
                                stack.name(), region, id, declaration.type(), new Properties(where, values))));
            }
        }
        outputs.put(stack.name(), outputs(stack, intrinsics));
    }

    private Physical make(Resource resource) {
        Provisioner provisioner = Provisioners.BY_TYPE.get(resource.type());
        if (provisioner == null) {
            withoutEffect(resource.type());
            return DeclaredOnly.physical(resource);
        }
        try {
            var made = new ArrayList<Physical>(1);
            if (!target.ifSimulated(resource.type(), () -> made.add(provisioner.provision(resource, target)))) {
                return DeclaredOnly.physical(resource);
            }
            Physical physical = made.getFirst();
            provisioned.add(new Provisioned(resource.stack(), resource.logicalId(), resource.type(), physical.id()));
            return physical;
        } catch (SdkException e) {
            throw new AssemblyException(resource.properties().where() + " could not be made: " + e.getMessage(), e);
        }
    }

    private void withoutEffect(String what) {
        declaredOnly.merge(what, 1, Integer::sum);
    }

    private Map<String, String> outputs(CloudAssembly.Stack stack, Intrinsics intrinsics) {
        Map<String, String> values = new LinkedHashMap<>();
        stack.template().outputs().forEach((name, declared) -> {
            var output = Json.object(declared, name);
            if (output.get("Condition") instanceof String condition && !intrinsics.holds(condition)) {
                return;
            }
            String value = String.valueOf(intrinsics.resolve(output.get("Value")));
            values.put(name, value);
            Object export =
                    intrinsics.resolve(Json.object(output.get("Export"), name).get("Name"));
            if (export != null) {
                exports.put(export.toString(), value);
            }
        });
        return values;
    }

    private Intrinsics.Scope scope(CloudAssembly.Stack stack, String region, Map<String, Physical> made) {
        return new Intrinsics.Scope() {
            @Override
            public @Nullable Object ref(String name) {
                Physical physical = made.get(name);
                return physical != null ? physical.id() : parameter(stack, region, name);
            }

            @Override
            public String attribute(String id, String attribute) {
                Physical physical = made.get(id);
                if (physical == null) {
                    throw new AssemblyException(
                            stack.name() + " has no resource " + id + " to read " + attribute + " of");
                }
                // A type without effect answers a readable placeholder: nothing that runs here depends on it.
                return physical.attributes().getOrDefault(attribute, physical.id() + "." + attribute);
            }

            @Override
            public String importValue(String exportName) {
                return known(exports.get(exportName), "no stack exports " + exportName);
            }

            @Override
            public String stackOutput(String stackName, String outputName) {
                return known(
                        outputs.getOrDefault(stackName, Map.of()).get(outputName),
                        "stack " + stackName + " has no output " + outputName + " yet; " + stack.name() + " needs it");
            }
        };
    }

    private @Nullable Object parameter(CloudAssembly.Stack stack, String region, String name) {
        return switch (name) {
            case "AWS::AccountId" -> Resource.ACCOUNT;
            case "AWS::Region" -> region;
            case "AWS::Partition" -> "aws";
            case "AWS::URLSuffix" -> "amazonaws.com";
            case "AWS::StackName" -> stack.name();
            case "AWS::StackId" ->
                "arn:aws:cloudformation:" + region + ":" + Resource.ACCOUNT + ":stack/" + stack.name() + "/local";
            case "AWS::NotificationARNs" -> List.of();
            case "AWS::NoValue" -> null;
            default -> {
                var parameter = Json.object(stack.template().parameters().get(name), name);
                if (!parameter.containsKey("Default")) {
                    throw new AssemblyException(stack.name() + " refers to " + name
                            + ", which is no resource made before it and no parameter with a default");
                }
                yield parameter.get("Default");
            }
        };
    }

    private static String known(@Nullable String value, String otherwise) {
        if (value == null) {
            throw new AssemblyException(otherwise);
        }
        return value;
    }
}
