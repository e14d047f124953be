package dev.penstock.lambdas.etl;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Parses DynamoDB's condition, filter, key condition and projection expressions. With {@code literals}, which a recipe
 * has and an API request has not, values may stand in the text: {@code status <> 'CANCELLED' AND total > 10}.
 */
public final class Expressions {
    private static final Pattern TOKEN =
            Pattern.compile("\\s*(?:('(?:[^']|'')*')|(-?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?)(?![\\w.#:])"
                    + "|(<=|>=|<>|=|<|>|\\(|\\)|,)|((?:`[^`]+`|[\\w#:$-])(?:`[^`]+`|[\\w#:$.\\[\\]-])*))");
    private static final int MAX_DEPTH = 300;

    private final String text;
    private final Map<String, String> names;
    private final Map<String, AttributeValue> values;
    private final boolean literals;
    private final List<String> tokens = new ArrayList<>();
    private int at;
    private int depth;

    private Expressions(String text, Map<String, String> names, Map<String, AttributeValue> values, boolean literals) {
        this.text = text;
        this.names = names;
        this.values = values;
        this.literals = literals;
        Matcher matcher = TOKEN.matcher(text);
        int end = 0;
        while (matcher.find() && matcher.start() == end) {
            tokens.add(matcher.group().strip());
            end = matcher.end();
        }
        if (!text.substring(end).isBlank()) {
            throw invalid("syntax error near '" + text.substring(end).strip() + "'");
        }
    }

    /** A recipe's expression: literals allowed. */
    public static Condition condition(String text) {
        return new Expressions(text, Map.of(), Map.of(), true).all();
    }

    /**
     * A request's expression.
     *
     * @throws IllegalArgumentException when it does not parse, or a name or value it uses is not defined
     */
    public static Condition condition(String text, Map<String, String> names, Map<String, AttributeValue> values) {
        return new Expressions(text, names, values, false).all();
    }

    /** A projection expression: paths between commas. */
    public static List<DocumentPath> projection(String text, Map<String, String> names) {
        Expressions parser = new Expressions(text, names, Map.of(), false);
        List<DocumentPath> paths = new ArrayList<>();
        do {
            paths.add(parser.path(parser.next()));
        } while (parser.accept(","));
        parser.end();
        return paths;
    }

    private Condition all() {
        Condition condition = or();
        end();
        return condition;
    }

    private void end() {
        if (at < tokens.size()) {
            throw invalid("syntax error near '" + tokens.get(at) + "'");
        }
    }

    private Condition or() {
        List<Condition> any = new ArrayList<>(List.of(and()));
        while (accept("OR")) {
            any.add(and());
        }
        return any.size() == 1 ? any.getFirst() : new Condition.Or(any);
    }

    private Condition and() {
        List<Condition> all = new ArrayList<>(List.of(not()));
        while (accept("AND")) {
            all.add(not());
        }
        return all.size() == 1 ? all.getFirst() : new Condition.And(all);
    }

    private Condition not() {
        if (++depth > MAX_DEPTH) {
            throw invalid("more than " + MAX_DEPTH + " operators");
        }
        if (accept("NOT")) {
            return new Condition.Not(not());
        }
        if (accept("(")) {
            Condition inner = or();
            expect(")");
            return inner;
        }
        return at + 1 < tokens.size() && tokens.get(at + 1).equals("(") && !isFunction("size")
                ? function()
                : comparison();
    }

    private boolean isFunction(String name) {
        return at < tokens.size() && tokens.get(at).equals(name);
    }

    private Condition function() {
        String name = next();
        expect("(");
        DocumentPath path = path(next());
        Condition condition = switch (name) {
            case "attribute_exists" -> new Condition.Exists(path, true);
            case "attribute_not_exists" -> new Condition.Exists(path, false);
            case "attribute_type" -> new Condition.HasType(path, string(second()));
            case "begins_with" -> new Condition.BeginsWith(path, second());
            case "contains" -> new Condition.Contains(path, second());
            default -> throw invalid("unknown function '" + name + "'");
        };
        expect(")");
        return condition;
    }

    private Condition.Operand second() {
        expect(",");
        return operand();
    }

    private String string(Condition.Operand operand) {
        if (operand instanceof Condition.Operand.Literal(AttributeValue value) && value.s() != null) {
            return value.s();
        }
        throw invalid("attribute_type needs a string, such as S");
    }

    private Condition comparison() {
        Condition.Operand left = operand();
        if (accept("BETWEEN")) {
            Condition.Operand low = operand();
            expect("AND");
            return new Condition.Between(left, low, operand());
        }
        if (accept("IN")) {
            expect("(");
            List<Condition.Operand> list = new ArrayList<>();
            do {
                list.add(operand());
            } while (accept(","));
            expect(")");
            return new Condition.In(left, list);
        }
        Condition.Comparator comparator = switch (next()) {
            case "=" -> Condition.Comparator.EQ;
            case "<>" -> Condition.Comparator.NE;
            case "<" -> Condition.Comparator.LT;
            case "<=" -> Condition.Comparator.LE;
            case ">" -> Condition.Comparator.GT;
            case ">=" -> Condition.Comparator.GE;
            default -> throw invalid("syntax error near '" + tokens.get(at - 1) + "'");
        };
        return new Condition.Compare(left, comparator, operand());
    }

    private Condition.Operand operand() {
        String token = next();
        if (token.equals("size") && accept("(")) {
            DocumentPath path = path(next());
            expect(")");
            return new Condition.Operand.Size(path);
        }
        if (token.startsWith(":")) {
            AttributeValue value = values.get(token);
            if (value == null) {
                throw invalid(
                        "An expression attribute value used in expression is not defined; attribute value: " + token);
            }
            return new Condition.Operand.Literal(value);
        }
        if (literals && token.startsWith("'")) {
            return literal(
                    AttributeValue.fromS(token.substring(1, token.length() - 1).replace("''", "'")));
        }
        char first = token.charAt(0);
        if (literals && (Character.isDigit(first) || first == '-')) {
            return literal(AttributeValue.fromN(token));
        }
        if (literals && (token.equals("true") || token.equals("false"))) {
            return literal(AttributeValue.fromBool(token.equals("true")));
        }
        return new Condition.Operand.Attribute(path(token));
    }

    private static Condition.Operand literal(AttributeValue value) {
        return new Condition.Operand.Literal(value);
    }

    private DocumentPath path(String token) {
        char first = token.charAt(0);
        if (!Character.isLetterOrDigit(first) && "_#`$".indexOf(first) < 0) {
            throw invalid("syntax error near '" + token + "'");
        }
        return DocumentPath.of(token, name -> {
            if (!name.startsWith("#")) {
                return name;
            }
            String real = names.get(name);
            if (real == null) {
                throw invalid("An expression attribute name used in the document path is not defined; attribute name: "
                        + name);
            }
            return real;
        });
    }

    private String next() {
        if (at >= tokens.size()) {
            throw invalid("syntax error at the end");
        }
        return tokens.get(at++);
    }

    private boolean accept(String token) {
        if (at < tokens.size() && tokens.get(at).toUpperCase(Locale.ROOT).equals(token)) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(String token) {
        if (!accept(token)) {
            throw invalid("'" + token + "' expected"
                    + (at < tokens.size() ? " near '" + tokens.get(at) + "'" : " at the end"));
        }
    }

    private IllegalArgumentException invalid(String rule) {
        return new IllegalArgumentException(rule + " in expression: " + text);
    }
}
