package dev.penstock.local.dax;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Turns expressions, which clients parse and send as nested arrays {@code [function, argument...]}, back into
 * DynamoDB's text, so that the store judges them.
 */
final class ExpressionRenderer {
    private static final int MAX_DEPTH = 1_000;
    private static final String[] COMPARATORS = {"=", "<>", "<", ">=", ">", "<="};
    private static final int AND = 6;
    private static final int OR = 7;
    private static final int NOT = 8;
    private static final int BETWEEN = 9;
    private static final int IN = 10;
    private static final int ATTRIBUTE_EXISTS = 11;
    private static final int VARIABLE = 17;
    private static final int DOCUMENT_PATH = 18;
    private static final int SET = 19;
    private static final int ADD = 20;
    private static final int DELETE = 21;
    private static final int REMOVE = 22;
    private static final int IF_NOT_EXISTS = 23;
    private static final int LIST_APPEND = 24;
    private static final int PLUS = 25;
    private static final int MINUS = 26;
    private static final String[] FUNCTIONS = {
        "attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains", "size"
    };

    /** How tightly an operator binds: parentheses only where the text would mean something else without them. */
    private static final int LOOSE_OR = 1;

    private static final int LOOSE_AND = 2;
    private static final int LOOSE_NOT = 3;
    private static final int TIGHT = 4;

    private enum Clause {
        SET,
        REMOVE,
        ADD,
        DELETE
    }

    private record Text(String text, int binding) {
        Text(String text) {
            this(text, TIGHT);
        }

        String within(int atLeast) {
            return binding < atLeast ? "(" + text + ")" : text;
        }
    }

    private final Placeholders placeholders;
    private final CborReader in;
    /** Placeholders of the expression's values, by their number in the expression. */
    private final List<AttributeValue> values = new ArrayList<>();

    private final String[] rendered;

    private ExpressionRenderer(byte[] expression, Placeholders placeholders) {
        this.placeholders = placeholders;
        CborReader whole = new CborReader(expression);
        int length = whole.readArray();
        int format = whole.readInt();
        if (format != 1) {
            throw new MalformedRequestException("expression format " + format + ", known is 1");
        }
        int body = whole.position();
        whole.skip();
        int bodyEnd = whole.position();
        if (whole.more(length, 2)) {
            int count = whole.readArray();
            while (whole.more(count, values.size())) {
                values.add(Values.read(whole));
            }
        }
        rendered = new String[values.size()];
        in = new CborReader(expression, body, bodyEnd);
    }

    /** A condition, filter or key condition; null stays null. */
    static @Nullable String condition(byte @Nullable [] expression, Placeholders placeholders) {
        return expression == null
                ? null
                : new ExpressionRenderer(expression, placeholders).operand(0).text();
    }

    static @Nullable String update(byte @Nullable [] expression, Placeholders placeholders) {
        return expression == null ? null : new ExpressionRenderer(expression, placeholders).update();
    }

    private String update() {
        Map<Clause, List<String>> clauses = new EnumMap<>(Clause.class);
        int actions = in.readArray();
        for (int i = 0; in.more(actions, i); i++) {
            int length = in.readArray();
            int function = in.readInt();
            String path = operand(0).text();
            switch (function) {
                case SET -> add(clauses, Clause.SET, path + " = " + operand(0).text());
                case ADD -> add(clauses, Clause.ADD, path + " " + operand(0).text());
                case DELETE ->
                    add(clauses, Clause.DELETE, path + " " + operand(0).text());
                case REMOVE -> add(clauses, Clause.REMOVE, path);
                default -> throw new MalformedRequestException("function " + function + " is no update action");
            }
            endOfArray(length, function == REMOVE ? 2 : 3);
        }
        return clauses.entrySet().stream()
                .map(clause -> clause.getKey() + " " + String.join(", ", clause.getValue()))
                .collect(Collectors.joining(" "));
    }

    private static void add(Map<Clause, List<String>> clauses, Clause clause, String action) {
        clauses.computeIfAbsent(clause, absent -> new ArrayList<>()).add(action);
    }

    private Text operand(int depth) {
        if (depth > MAX_DEPTH) {
            throw new MalformedRequestException("expression nested deeper than " + MAX_DEPTH);
        }
        if (in.peekMajor() == Cbor.TEXT) {
            return new Text(DocumentPath.read(in).render(placeholders));
        }
        int length = in.readArray();
        int function = in.readInt();
        if (function == DOCUMENT_PATH) {
            return new Text(DocumentPath.readSteps(in, length).render(placeholders));
        }
        if (function == VARIABLE) {
            Text value = new Text(variable(in.readInt()));
            endOfArray(length, 2);
            return value;
        }
        if (function == IN) {
            String tested = operand(depth + 1).within(TIGHT);
            List<Text> among = operands(in.readArray(), 0, depth);
            endOfArray(length, 3);
            return new Text(tested + " IN " + list(among), LOOSE_NOT);
        }
        return render(function, operands(length, 1, depth));
    }

    private List<Text> operands(int length, int read, int depth) {
        List<Text> operands = new ArrayList<>();
        while (in.more(length, read + operands.size())) {
            operands.add(operand(depth + 1));
        }
        return operands;
    }

    private static Text render(int function, List<Text> operands) {
        if (function >= 0 && function < COMPARATORS.length) {
            return infix(" " + COMPARATORS[function] + " ", operands, TIGHT, LOOSE_NOT);
        }
        return switch (function) {
            case AND -> infix(" AND ", operands, LOOSE_AND, LOOSE_AND);
            case OR -> infix(" OR ", operands, LOOSE_OR, LOOSE_OR);
            case NOT -> new Text("NOT " + operand(operands, 0, 1).within(TIGHT), LOOSE_NOT);
            case BETWEEN ->
                new Text(
                        operand(operands, 0, 3).within(TIGHT) + " BETWEEN "
                                + operands.get(1).within(TIGHT) + " AND "
                                + operands.get(2).within(TIGHT),
                        LOOSE_NOT);
            case IF_NOT_EXISTS -> new Text("if_not_exists" + list(operands));
            case LIST_APPEND -> new Text("list_append" + list(operands));
            case PLUS -> infix(" + ", operands, TIGHT, LOOSE_NOT);
            case MINUS -> infix(" - ", operands, TIGHT, LOOSE_NOT);
            default -> {
                int named = function - ATTRIBUTE_EXISTS;
                if (named < 0 || named >= FUNCTIONS.length) {
                    throw new MalformedRequestException("unknown function " + function + " in an expression");
                }
                yield new Text(FUNCTIONS[named] + list(operands));
            }
        };
    }

    private static Text infix(String operator, List<Text> operands, int operandBinding, int binding) {
        // AND and OR group to the right, so "(a OR b) OR c" keeps its parentheses and "a OR (b OR c)" needs none.
        String left = operand(operands, 0, 2).within(Math.min(operandBinding + 1, TIGHT));
        return new Text(left + operator + operands.get(1).within(operandBinding), binding);
    }

    private static Text operand(List<Text> operands, int index, int expected) {
        if (operands.size() != expected) {
            throw new MalformedRequestException(operands.size() + " operands where " + expected + " belong");
        }
        return operands.get(index);
    }

    private static String list(List<Text> operands) {
        return operands.stream().map(Text::text).collect(Collectors.joining(", ", "(", ")"));
    }

    private String variable(int number) {
        if (number < 0 || number >= rendered.length) {
            throw new MalformedRequestException("value " + number + " of an expression with " + rendered.length);
        }
        if (rendered[number] == null) {
            rendered[number] = placeholders.value(values.get(number));
        }
        return rendered[number];
    }

    private void endOfArray(int length, int read) {
        if (in.more(length, read)) {
            throw new MalformedRequestException("too many elements in an expression");
        }
    }
}
