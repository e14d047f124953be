package dev.penstock.local.dax;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.dax.dynamodb.AttributeValueEncoder;

/**
 * Random expressions: the official client parses and encodes one, we render it back to text, and the official client
 * must read our text as the very same expression.
 */
class ExpressionOracleTest {
    private static final int CASES = 5_000;

    @Test
    void conditionsMeanTheSame() {
        Tries.run(CASES, (random, i) -> {
            Draft draft = new Draft(random);
            String text = draft.condition(4);
            byte[] encoded = AttributeValueEncoder.encodeConditionalExp(text, draft.names, draft.values);
            Placeholders placeholders = new Placeholders();
            String rendered = ExpressionRenderer.condition(encoded, placeholders);
            assertArrayEquals(
                    encoded,
                    AttributeValueEncoder.encodeConditionalExp(rendered, placeholders.names(), placeholders.values()),
                    () -> text + "\n became " + rendered);
        });
    }

    @Test
    void updatesMeanTheSame() {
        Tries.run(CASES, (random, i) -> {
            Draft draft = new Draft(random);
            String text = draft.update();
            byte[] encoded = AttributeValueEncoder.encodeUpdateExpression(text, draft.names, draft.values);
            Placeholders placeholders = new Placeholders();
            String rendered = ExpressionRenderer.update(encoded, placeholders);
            assertArrayEquals(
                    encoded,
                    AttributeValueEncoder.encodeUpdateExpression(rendered, placeholders.names(), placeholders.values()),
                    () -> text + "\n became " + rendered);
        });
    }

    @Test
    void projectionsHaveTheSamePaths() {
        Tries.run(CASES, (random, i) -> {
            Draft draft = new Draft(random);
            List<String> paths = IntStream.rangeClosed(0, random.nextInt(4))
                    .mapToObj(k -> "top" + k + (random.nextBoolean() ? "" : "." + draft.path()))
                    .toList();
            byte[] encoded = AttributeValueEncoder.encodeProjection(String.join(", ", paths), draft.names);
            Placeholders placeholders = new Placeholders();
            String rendered = Projection.read(encoded).paths().stream()
                    .map(path -> path.render(placeholders))
                    .collect(Collectors.joining(", "));
            assertArrayEquals(encoded, AttributeValueEncoder.encodeProjection(rendered, placeholders.names()));
            assertEquals(paths.size(), Projection.read(encoded).paths().size());
        });
    }

    /** A random expression with its names and values. */
    private static final class Draft {
        private final SplittableRandom random;
        private final Map<String, String> names = new HashMap<>();
        private final Map<String, AttributeValue> values = new HashMap<>();

        Draft(SplittableRandom random) {
            this.random = random;
        }

        String condition(int depth) {
            return switch (random.nextInt(depth > 0 ? 12 : 8)) {
                case 0 -> operand() + pick(" = ", " <> ", " < ", " <= ", " > ", " >= ") + operand();
                case 1 -> operand() + " BETWEEN " + operand() + " AND " + operand();
                case 2 ->
                    operand() + " IN ("
                            + IntStream.rangeClosed(0, random.nextInt(3))
                                    .mapToObj(i -> operand())
                                    .collect(Collectors.joining(", "))
                            + ")";
                case 3 -> pick("attribute_exists(", "attribute_not_exists(") + path() + ")";
                case 4 -> "attribute_type(" + path() + ", " + value() + ")";
                case 5 -> "begins_with(" + path() + ", " + value() + ")";
                case 6 -> "contains(" + path() + ", " + operandOrValue() + ")";
                case 7 -> "size(" + path() + ") > " + value();
                case 8 -> "NOT (" + condition(depth - 1) + ")";
                case 9 -> "(" + condition(depth - 1) + ") OR (" + condition(depth - 1) + ")";
                case 10 -> condition(depth - 1) + " AND " + condition(depth - 1);
                default -> condition(depth - 1) + " OR NOT " + condition(depth - 1);
            };
        }

        String update() {
            List<String> clauses = new ArrayList<>();
            for (String clause : List.of("SET ", "REMOVE ", "ADD ", "DELETE ")) {
                if (clauses.isEmpty() || random.nextBoolean()) {
                    clauses.add(clause
                            + IntStream.rangeClosed(0, random.nextInt(3))
                                    .mapToObj(i -> action(clause))
                                    .collect(Collectors.joining(", ")));
                }
            }
            return String.join(" ", clauses);
        }

        private String action(String clause) {
            return switch (clause) {
                case "SET " -> path() + " = " + assigned();
                case "REMOVE " -> path();
                default -> path() + " " + value();
            };
        }

        private String assigned() {
            return switch (random.nextInt(5)) {
                case 0 -> value();
                case 1 -> path();
                case 2 -> path() + pick(" + ", " - ") + value();
                case 3 -> "if_not_exists(" + path() + ", " + value() + ") + " + value();
                default -> "list_append(" + path() + ", " + value() + ")";
            };
        }

        private String operand() {
            return random.nextInt(4) == 0 ? "size(" + path() + ")" : operandOrValue();
        }

        private String operandOrValue() {
            return random.nextBoolean() ? path() : value();
        }

        String path() {
            StringBuilder path = new StringBuilder(name());
            for (int i = random.nextInt(4); i > 0; i--) {
                path.append(random.nextBoolean() ? "." + name() : "[" + random.nextInt(30) + "]");
            }
            return path.toString();
        }

        private String name() {
            if (random.nextBoolean()) {
                return "attr" + random.nextInt(5);
            }
            String placeholder = "#p" + random.nextInt(5);
            names.put(placeholder, "any name " + placeholder.substring(2) + ".[ä]");
            return placeholder;
        }

        private String value() {
            String placeholder = ":val" + random.nextInt(6);
            values.computeIfAbsent(placeholder, absent -> RandomItems.value(random, 2));
            return placeholder;
        }

        private String pick(String... among) {
            return among[random.nextInt(among.length)];
        }
    }
}
