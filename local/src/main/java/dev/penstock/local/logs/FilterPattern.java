package dev.penstock.local.logs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.local.gateway.AwsError;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Filter patterns of CloudWatch Logs: terms ({@code ERROR}, {@code "two words"}, {@code ?either ?or}, {@code -not}) and
 * comparisons of JSON members ({@code { $.level = "ERROR" && $.count > 3 }}). Others answer 501.
 */
final class FilterPattern {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern TERM = Pattern.compile("([-?]?)(?:\"((?:[^\"\\\\]|\\\\.)*)\"|(\\S+))");
    private static final Pattern COMPARISON =
            Pattern.compile("\\$\\.([\\w.\\-@]+)\\s*(!=|<=|>=|=|<|>)\\s*(?:\"([^\"]*)\"|([^\\s\"]+))");

    private FilterPattern() {}

    static Predicate<String> parse(String pattern) {
        String text = pattern.strip();
        if (text.isEmpty()) {
            return message -> true;
        }
        if (text.startsWith("{") && text.endsWith("}")) {
            return json(text.substring(1, text.length() - 1));
        }
        if (text.startsWith("[") || text.startsWith("%")) {
            throw AwsError.notSimulated("logs", "filter pattern " + pattern);
        }
        return terms(text);
    }

    private static Predicate<String> terms(String text) {
        List<String> all = new ArrayList<>();
        List<String> any = new ArrayList<>();
        List<String> none = new ArrayList<>();
        Matcher term = TERM.matcher(text);
        while (term.find()) {
            String word = term.group(2) == null ? term.group(3) : term.group(2).replace("\\\"", "\"");
            switch (term.group(1)) {
                case "-" -> none.add(word);
                case "?" -> any.add(word);
                default -> all.add(word);
            }
        }
        return message -> all.stream().allMatch(message::contains)
                && none.stream().noneMatch(message::contains)
                && (any.isEmpty() || any.stream().anyMatch(message::contains));
    }

    private static Predicate<String> json(String expression) {
        Predicate<JsonNode> either = node -> false;
        for (String alternative : expression.split("\\|\\|", -1)) {
            Predicate<JsonNode> both = node -> true;
            for (String comparison : alternative.split("&&", -1)) {
                both = both.and(comparison(
                        comparison.strip().replaceAll("^\\(|\\)$", "").strip()));
            }
            either = either.or(both);
        }
        Predicate<JsonNode> whole = either;
        return message -> {
            try {
                return message.stripLeading().startsWith("{") && whole.test(JSON.readTree(message));
            } catch (JsonProcessingException noJson) {
                return false;
            }
        };
    }

    private static Predicate<JsonNode> comparison(String text) {
        Matcher matcher = COMPARISON.matcher(text);
        if (!matcher.matches()) {
            throw AwsError.notSimulated("logs", "filter pattern { " + text + " }");
        }
        String path = "/" + matcher.group(1).replace('.', '/');
        String operator = matcher.group(2);
        boolean isText = matcher.group(3) != null;
        String wanted = isText ? matcher.group(3) : matcher.group(4);
        return node -> {
            JsonNode value = node.at(path);
            if (value.isMissingNode()) {
                return false;
            }
            if (operator.equals("=") || operator.equals("!=")) {
                boolean isEqual =
                        (isText || !value.isNumber()) ? matches(value.asText(), wanted) : number(value, wanted) == 0;
                return isEqual == operator.equals("=");
            }
            if (!value.isNumber()) {
                return false;
            }
            int order = number(value, wanted);
            return switch (operator) {
                case "<" -> order < 0;
                case "<=" -> order <= 0;
                case ">" -> order > 0;
                default -> order >= 0;
            };
        };
    }

    private static int number(JsonNode value, String wanted) {
        try {
            return value.decimalValue().compareTo(new BigDecimal(wanted));
        } catch (NumberFormatException noNumber) {
            throw new AwsError(400, "InvalidParameterException", "Invalid filter pattern: " + wanted + " is no number");
        }
    }

    private static boolean matches(String value, String wanted) {
        String regex = Pattern.quote(wanted).replace("*", "\\E.*\\Q");
        return value.matches("(?s)" + regex);
    }
}
