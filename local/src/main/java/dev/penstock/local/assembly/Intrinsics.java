package dev.penstock.local.assembly;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Resolves the intrinsic functions and conditions of one template, as the CloudFormation user guide's "Intrinsic
 * function reference" defines them. A function that is not here is refused by name.
 */
final class Intrinsics {
    private final Template template;
    private final Scope scope;

    /** What names stand for outside the functions themselves. */
    interface Scope {
        /** The value of a Ref: a parameter, a pseudo parameter or a resource's physical id; null is AWS::NoValue. */
        @Nullable
        Object ref(String name);

        String attribute(String logicalId, String attribute);

        String importValue(String exportName);

        String stackOutput(String stackName, String outputName);
    }

    Intrinsics(Template template, Scope scope) {
        this.template = template;
        this.scope = scope;
    }

    /** The value with every function replaced; a member or element that resolves to AWS::NoValue disappears. */
    @Nullable
    Object resolve(@Nullable Object value) {
        return switch (value) {
            case Map<?, ?> map
            when map.size() == 1 && isFunction(map) -> {
                var entry = map.entrySet().iterator().next();
                yield call(String.valueOf(entry.getKey()), entry.getValue());
            }
            case Map<?, ?> map -> {
                Map<String, Object> resolved = new LinkedHashMap<>();
                map.forEach((key, inner) -> {
                    Object result = resolve(inner);
                    if (result != null) {
                        resolved.put(String.valueOf(key), result);
                    }
                });
                yield resolved;
            }
            case List<?> list -> {
                List<Object> resolved = new ArrayList<>();
                for (Object element : list) {
                    Object result = resolve(element);
                    if (result != null) {
                        resolved.add(result);
                    }
                }
                yield resolved;
            }
            case null -> null;
            default -> value;
        };
    }

    /** Whether the named condition of the template holds. */
    boolean holds(String condition) {
        if (!template.conditions().containsKey(condition)) {
            throw new AssemblyException("the template has no condition " + condition);
        }
        return isTrue(resolve(template.conditions().get(condition)));
    }

    private static boolean isFunction(Map<?, ?> map) {
        String key = String.valueOf(map.keySet().iterator().next());
        return key.equals("Ref") || key.equals("Condition") || key.startsWith("Fn::");
    }

    private @Nullable Object call(String function, @Nullable Object argument) {
        return switch (function) {
            case "Ref" -> scope.ref(text(argument));
            // A member named Condition that holds an object is no reference: a policy statement has one.
            case "Condition" ->
                argument instanceof String name ? (Object) holds(name) : Map.of(function, resolved(argument));
            case "Fn::GetAtt" -> attribute(argument);
            case "Fn::Sub" -> substitute(argument);
            case "Fn::Join" -> join(arguments(argument, function, 2));
            case "Fn::Split" -> split(arguments(argument, function, 2));
            case "Fn::Select" -> select(arguments(argument, function, 2));
            case "Fn::If" -> {
                List<?> parts = arguments(argument, function, 3);
                yield resolve(holds(text(parts.get(0))) ? parts.get(1) : parts.get(2));
            }
            case "Fn::Equals" -> {
                List<?> parts = arguments(argument, function, 2);
                yield resolved(parts.get(0)).equals(resolved(parts.get(1)));
            }
            case "Fn::Not" -> !isTrue(resolve(arguments(argument, function, 1).getFirst()));
            case "Fn::And" -> Json.list(argument, function).stream().allMatch(part -> isTrue(resolve(part)));
            case "Fn::Or" -> Json.list(argument, function).stream().anyMatch(part -> isTrue(resolve(part)));
            case "Fn::FindInMap" -> findInMap(arguments(argument, function, 3));
            case "Fn::ImportValue" -> scope.importValue(text(resolve(argument)));
            case "Fn::GetStackOutput" -> {
                var output = Json.object(resolve(argument), function);
                yield scope.stackOutput(text(output.get("StackName")), text(output.get("OutputName")));
            }
            case "Fn::Base64" ->
                Base64.getEncoder().encodeToString(text(resolve(argument)).getBytes(StandardCharsets.UTF_8));
            case "Fn::GetAZs" -> {
                String given = String.valueOf(resolve(argument));
                String region = given.isEmpty() ? text(scope.ref("AWS::Region")) : given;
                yield List.of(region + "a", region + "b", region + "c");
            }
            default ->
                throw new AssemblyException("the function " + function + " is not resolved locally; used with "
                        + argument + ": avoid it, or add it to Intrinsics");
        };
    }

    private String attribute(@Nullable Object argument) {
        if (argument instanceof List<?> list) {
            return scope.attribute(text(list.get(0)), text(resolve(list.get(1))));
        }
        String whole = text(argument);
        String id = References.beforeDot(whole);
        return scope.attribute(id, whole.substring(Math.min(whole.length(), id.length() + 1)));
    }

    private String substitute(@Nullable Object argument) {
        String text = argument instanceof List<?> list ? text(list.getFirst()) : text(argument);
        Map<String, Object> own =
                argument instanceof List<?> list && list.size() > 1 ? Json.object(list.get(1), "Fn::Sub") : Map.of();
        Matcher matcher = References.PLACEHOLDER.matcher(text);
        return matcher.replaceAll(match -> {
            String name = match.group(2).strip();
            String value;
            if (!match.group(1).isEmpty()) {
                value = "${" + name + "}";
            } else if (own.containsKey(name)) {
                value = text(resolve(own.get(name)));
            } else if (name.contains(".")) {
                value = attribute(name);
            } else {
                value = text(scope.ref(name));
            }
            return Matcher.quoteReplacement(value);
        });
    }

    private String join(List<?> parts) {
        return String.join(
                text(parts.get(0)),
                Json.list(resolve(parts.get(1)), "Fn::Join").stream()
                        .map(Intrinsics::text)
                        .toList());
    }

    private List<String> split(List<?> parts) {
        return List.of(text(resolve(parts.get(1))).split(Pattern.quote(text(parts.get(0))), -1));
    }

    private Object select(List<?> parts) {
        int index = Integer.parseInt(text(resolve(parts.get(0))));
        List<?> list = Json.list(resolve(parts.get(1)), "Fn::Select");
        if (index < 0 || index >= list.size()) {
            throw new AssemblyException("Fn::Select of element " + index + " of " + list);
        }
        return list.get(index);
    }

    private @Nullable Object findInMap(List<?> parts) {
        Object level = template.mappings();
        for (Object part : parts) {
            level = Json.object(level, "Fn::FindInMap").get(text(resolve(part)));
        }
        return level;
    }

    private Object resolved(@Nullable Object value) {
        Object resolved = resolve(value);
        return resolved == null ? "" : resolved;
    }

    private static boolean isTrue(@Nullable Object value) {
        return "true".equals(String.valueOf(value));
    }

    private static String text(@Nullable Object value) {
        return switch (value) {
            case String text -> text;
            case Number number -> number.toString();
            case Boolean flag -> flag.toString();
            case null, default -> throw new AssemblyException("a text was expected here; found: " + value);
        };
    }

    private static List<?> arguments(@Nullable Object argument, String function, int count) {
        List<?> list = Json.list(argument, function);
        if (list.size() < count) {
            throw new AssemblyException(function + " needs " + count + " arguments; found: " + list);
        }
        return list;
    }
}
