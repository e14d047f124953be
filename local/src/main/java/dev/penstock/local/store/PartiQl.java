package dev.penstock.local.store;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.wire.AttributeValues;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * As much of a PartiQL statement as the gate must know before it lets it through: its table and, for a write, the key
 * of its item. The engine parses and checks the rest.
 *
 * @param key the key's attributes; empty for SELECT
 */
record PartiQl(Verb verb, String table, Map<String, AttributeValue> key) {
    private static final Pattern TOKEN = Pattern.compile(
            "\\s*(?:('(?:[^']|'')*')|(\"(?:[^\"]|\"\")*\")|(-?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?)|(\\w+)|(<>|<=|>=|<<|>>|\\S))");

    enum Verb {
        SELECT,
        INSERT,
        UPDATE,
        DELETE
    }

    /**
     * @param tables gives the key attributes of the table that the statement names
     * @throws AwsError ValidationException when it is no statement, or a write that does not name one item
     */
    static PartiQl parse(@Nullable String statement, List<AttributeValue> parameters, Tables tables) {
        if (statement == null || statement.isEmpty()) {
            throw AwsError.validation("1 validation error detected: Value at 'statement' failed to satisfy constraint:"
                    + " Member must have length greater than or equal to 1");
        }
        List<String> tokens = tokens(statement);
        String first = tokens.getFirst().toUpperCase(Locale.ROOT);
        return switch (first) {
            case "SELECT" -> new PartiQl(Verb.SELECT, tableAfter(tokens, "FROM"), Map.of());
            case "INSERT" -> write(Verb.INSERT, tableAfter(tokens, "INTO"), tokens, parameters, tables);
            case "UPDATE" -> write(Verb.UPDATE, tableAfter(tokens, "UPDATE"), tokens, parameters, tables);
            case "DELETE" -> write(Verb.DELETE, tableAfter(tokens, "FROM"), tokens, parameters, tables);
            default ->
                throw AwsError.validation("Statement wasn't well formed, can't be processed: Expected identifier"
                        + " for simple path; given: " + tokens.getFirst());
        };
    }

    private static PartiQl write(
            Verb verb, String name, List<String> tokens, List<AttributeValue> parameters, Tables tables) {
        Table table = tables.active(name);
        Map<String, AttributeValue> key = new HashMap<>();
        int from = verb == Verb.INSERT ? index(tokens, "VALUE") : index(tokens, "WHERE");
        String assign = verb == Verb.INSERT ? ":" : "=";
        for (var element : table.description().keySchema()) {
            int at = assignment(tokens, from, element.attributeName(), assign);
            if (at < 0) {
                throw AwsError.validation(
                        verb == Verb.INSERT
                                ? "One or more parameter values were invalid: Missing the key "
                                        + element.attributeName() + " in the item"
                                : "Where clause does not contain a mandatory equality on all key attributes");
            }
            key.put(element.attributeName(), value(tokens, at, parameters));
        }
        return new PartiQl(verb, name, Images.canonical(key));
    }

    /** Where the value stands that is given to a top-level attribute; -1 if none is. */
    private static int assignment(List<String> tokens, int from, String attribute, String assign) {
        int depth = 0;
        for (int i = from; i >= 0 && i + 2 < tokens.size(); i++) {
            String token = tokens.get(i);
            depth += token.equals("{") || token.equals("[") || token.equals("(") ? 1 : 0;
            depth -= token.equals("}") || token.equals("]") || token.equals(")") ? 1 : 0;
            boolean top = depth <= 1;
            if (top && unquoted(token).equals(attribute) && tokens.get(i + 1).equals(assign)) {
                return i + 2;
            }
        }
        return -1;
    }

    private static AttributeValue value(List<String> tokens, int at, List<AttributeValue> parameters) {
        String token = tokens.get(at);
        if (token.equals("?")) {
            int number =
                    (int) tokens.subList(0, at).stream().filter("?"::equals).count();
            if (number >= parameters.size()) {
                throw AwsError.validation("Number of parameters in request and statement don't match.");
            }
            AttributeValues.requireOneType(parameters.get(number));
            return parameters.get(number);
        }
        return token.startsWith("'") ? AttributeValue.fromS(unquoted(token)) : AttributeValue.fromN(token);
    }

    private static String tableAfter(List<String> tokens, String word) {
        int at = index(tokens, word) + 1;
        if (at == 0 || at >= tokens.size()) {
            throw AwsError.validation("Statement wasn't well formed, can't be processed: no table after " + word);
        }
        return unquoted(tokens.get(at));
    }

    private static int index(List<String> tokens, String word) {
        for (int i = 0; i < tokens.size(); i++) {
            if (tokens.get(i).equalsIgnoreCase(word)) {
                return i;
            }
        }
        return -1;
    }

    private static String unquoted(String token) {
        if (token.startsWith("'")) {
            return token.substring(1, token.length() - 1).replace("''", "'");
        }
        return token.startsWith("\"") ? token.substring(1, token.length() - 1).replace("\"\"", "\"") : token;
    }

    private static List<String> tokens(String statement) {
        List<String> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(statement.strip());
        while (matcher.lookingAt()) {
            String token = matcher.group().strip();
            if (token.equals("'") || token.equals("\"")) {
                throw AwsError.validation("Statement wasn't well formed, can't be processed: unterminated quote");
            }
            tokens.add(token);
            matcher.region(matcher.end(), matcher.regionEnd());
        }
        if (tokens.isEmpty()) {
            throw AwsError.validation("Statement wasn't well formed, can't be processed: it is empty");
        }
        return tokens;
    }
}
