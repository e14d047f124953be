package dev.penstock.lambdas.etl;

import dev.penstock.lambdas.export.Codec;
import dev.penstock.lambdas.export.DynamoDbJson;
import dev.penstock.lambdas.export.Json;
import dev.penstock.lambdas.export.LineBuilder;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * What an ETL run does, declared in JSON:
 *
 * <pre>{@code
 * {"steps": [{"filter": "entity = 'Order' AND status <> 'CANCELLED'"},
 *            {"drop": ["ttl"]},
 *            {"rename": {"couponCode": "coupon"}},
 *            {"mask": {"email": "hash", "name": "redact"}},
 *            {"add": {"migrated": {"BOOL": true}}},
 *            {"explode": {"list": "lines", "as": "line"}},
 *            {"forget": {"attribute": "customerId", "file": "keys.txt", "mask": ["email"]}},
 *            {"project": ["customerId", "orderId"]},
 *            {"require": ["customerId", "orderId"]}],
 *  "maskKey": "a secret of 16 characters or more",
 *  "output": {"format": "CSV", "compression": "ZSTD", "level": 1, "parts": 4, "shuffle": true,
 *             "columns": {"country": "shipTo.country", "lines": "size(lines)"}}}
 * }</pre>
 *
 * {@code "group": {"by": ["shipTo.country"], "sum": ["total"]}} in place of {@code output} counts and sums.
 *
 * @param by paths to group by; null when items are written
 */
public record Recipe(List<Step> steps, @Nullable List<DocumentPath> by, List<DocumentPath> sums, Output output) {
    public Recipe {
        steps = List.copyOf(steps);
        sums = List.copyOf(sums);
    }

    /** The same, with one more step at the end. */
    public Recipe then(Step last) {
        List<Step> more = new ArrayList<>(steps);
        more.add(last);
        return new Recipe(more, by, sums, output);
    }

    /** Copies items as they are. */
    public static Recipe copy(Output output) {
        return new Recipe(List.of(), null, List.of(), output);
    }

    /**
     * Reads a recipe.
     *
     * @param lines gives the lines of a file that the recipe names
     * @throws IllegalArgumentException naming the member that is wrong, the value given and what is allowed
     */
    public static Recipe parse(String json, Function<String, List<String>> lines) {
        Section recipe = new Section("recipe", Json.parseObject(json));
        recipe.allow("steps", "maskKey", "output", "group");
        List<Step> steps = new ArrayList<>();
        String maskKey = recipe.text("maskKey", "");
        for (Object step : recipe.list("steps")) {
            steps.addAll(step(new Section("step", asMap("step", step)), maskKey, lines));
        }
        Section group = recipe.section("group");
        group.allow("by", "sum");
        boolean groups = recipe.members.containsKey("group");
        return new Recipe(
                steps,
                groups ? paths(group.strings("by")) : null,
                paths(group.strings("sum")),
                output(recipe.section("output")));
    }

    private static List<DocumentPath> paths(List<String> texts) {
        return texts.stream().map(DocumentPath::of).toList();
    }

    private static List<Step> step(Section step, String maskKey, Function<String, List<String>> lines) {
        if (step.members.size() != 1) {
            throw new IllegalArgumentException("a step has one rule; given: " + step.members.keySet());
        }
        String rule = step.members.keySet().iterator().next();
        return switch (rule) {
            case "filter" -> List.of(new Step.Filter(Expressions.condition(step.text("filter", ""))));
            case "project" -> List.of(new Step.Project(step.strings("project")));
            case "require" -> List.of(new Step.Require(step.strings("require")));
            case "drop" -> List.of(new Step.Drop(step.strings("drop")));
            case "rename" -> Step.each(step.section("rename").texts(), Step.Rename::new);
            case "add" -> Step.each(step.section("add").members, (name, value) -> new Step.Add(name, value(value)));
            case "mask" ->
                Step.each(step.section("mask").texts(), (name, mask) -> new Step.Masking(name, mask(mask, maskKey)));
            case "explode" -> {
                Section explode = step.section("explode");
                explode.allow("list", "as");
                yield List.of(
                        new Step.Explode(explode.text("list", null), explode.text("as", explode.text("list", null))));
            }
            case "forget" -> List.of(forget(step.section("forget"), lines));
            default ->
                throw new IllegalArgumentException("unknown step '" + rule
                        + "'; allowed are filter, project, require, drop, rename, add, mask, explode, forget");
        };
    }

    private static Mask mask(String kind, String maskKey) {
        return switch (kind) {
            case "redact" -> new Mask.Redact();
            case "hash" -> new Mask.Hash(maskKey);
            default -> throw new IllegalArgumentException("unknown mask '" + kind + "'; allowed are redact, hash");
        };
    }

    private static Step forget(Section forget, Function<String, List<String>> lines) {
        forget.allow("attribute", "in", "file", "mask");
        List<String> values = new ArrayList<>(forget.strings("in"));
        if (forget.members.containsKey("file")) {
            lines.apply(forget.text("file", null)).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .forEach(values::add);
        }
        if (values.isEmpty()) {
            throw new IllegalArgumentException("forget needs values: give 'in' or a 'file' with one value a line");
        }
        return new Step.Forget(
                forget.text("attribute", null),
                Set.copyOf(values),
                forget.members.containsKey("mask") ? forget.strings("mask") : null);
    }

    /** A value in DynamoDB JSON. */
    private static AttributeValue value(@Nullable Object json) {
        LineBuilder text = new LineBuilder();
        write(json, text);
        return DynamoDbJson.readValue(new Json(text.array(), 0, text.length()), 0);
    }

    private static void write(@Nullable Object json, LineBuilder to) {
        switch (json) {
            case Map<?, ?> map -> {
                char before = '{';
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    to.ascii(before).json(String.valueOf(entry.getKey())).ascii(':');
                    write(entry.getValue(), to);
                    before = ',';
                }
                to.ascii(before == '{' ? "{}" : "}");
            }
            case List<?> list -> {
                char before = '[';
                for (Object element : list) {
                    to.ascii(before);
                    write(element, to);
                    before = ',';
                }
                to.ascii(before == '[' ? "[]" : "]");
            }
            case String text -> to.json(text);
            case null -> to.ascii("null");
            default -> to.ascii(json.toString());
        }
    }

    private static Output output(Section output) {
        output.allow("format", "compression", "level", "parts", "shuffle", "delimiter", "columns");
        List<Column> columns = new ArrayList<>();
        output.section("columns").texts().forEach((name, expression) -> columns.add(Column.of(name, expression)));
        Codec codec = Codec.hasZstd() ? Codec.ZSTD : Codec.GZIP;
        return new Output(
                output.constant("format", Output.Format.class, Output.Format.DYNAMODB_JSON),
                output.constant("compression", Codec.class, codec),
                output.number("level", 1),
                output.number("parts", 1),
                output.members.getOrDefault("shuffle", true) instanceof Boolean shuffle && shuffle,
                output.text("delimiter", ",").charAt(0),
                columns);
    }

    private static Map<String, @Nullable Object> asMap(String name, @Nullable Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException(name + " must be an object; given: " + value);
        }
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        map.forEach((key, member) -> members.put(String.valueOf(key), member));
        return members;
    }

    /** An object of the recipe, with errors that name the member. */
    private record Section(String name, Map<String, @Nullable Object> members) {

        void allow(String... names) {
            for (String member : members.keySet()) {
                if (!List.of(names).contains(member)) {
                    throw new IllegalArgumentException(
                            "unknown member '" + member + "' in " + name + "; allowed are " + String.join(", ", names));
                }
            }
        }

        Section section(String member) {
            Object value = members.get(member);
            return new Section(member, value == null ? Map.of() : asMap(member, value));
        }

        List<@Nullable Object> list(String member) {
            Object value = members.get(member);
            if (value == null) {
                return List.of();
            }
            if (value instanceof List<?> list) {
                return new ArrayList<>(list);
            }
            throw new IllegalArgumentException(member + " must be a list; given: " + value);
        }

        List<String> strings(String member) {
            return list(member).stream().map(value -> string(member, value)).toList();
        }

        Map<String, String> texts() {
            Map<String, String> texts = new LinkedHashMap<>();
            members.forEach((key, value) -> texts.put(key, string(name + "." + key, value)));
            return texts;
        }

        String text(String member, @Nullable String otherwise) {
            Object value = members.get(member);
            return value == null && otherwise != null ? otherwise : string(name + "." + member, value);
        }

        int number(String member, int otherwise) {
            Object value = members.get(member);
            if (value == null) {
                return otherwise;
            }
            if (value instanceof BigDecimal number) {
                return number.intValueExact();
            }
            throw new IllegalArgumentException(member + " must be a number; given: " + value);
        }

        <E extends Enum<E>> E constant(String member, Class<E> type, E otherwise) {
            Object value = members.get(member);
            for (E constant : type.getEnumConstants()) {
                if (constant.name().equals(value)) {
                    return constant;
                }
            }
            if (value == null) {
                return otherwise;
            }
            throw new IllegalArgumentException(
                    "unknown " + member + " '" + value + "'; allowed are " + List.of(type.getEnumConstants()));
        }

        private static String string(String member, @Nullable Object value) {
            if (value instanceof String text && !text.isEmpty()) {
                return text;
            }
            throw new IllegalArgumentException(member + " must be a text; given: " + value);
        }
    }
}
