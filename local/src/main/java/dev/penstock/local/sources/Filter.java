package dev.penstock.local.sources;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.event.ruler.Machine;

/**
 * FilterCriteria: keeps the records that match any pattern, evaluated by AWS's own Event Ruler. A record that doesn't
 * match is consumed without an invocation.
 *
 * <p>Patterns see the record as the function does, so numbers of DynamoDB are strings: {@code numeric} never matches
 * an {@code N}. Threadsafe.
 */
final class Filter {
    /** Lambda's comparison operators (AWS docs: "Filter rule syntax"); Event Ruler knows more. */
    private static final Set<String> OPERATORS =
            Set.of("prefix", "suffix", "equals-ignore-case", "anything-but", "numeric", "exists");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAXIMUM_PATTERN_CHARACTERS = 4096;
    private static final int MAXIMUM_PATTERNS = 10;

    private final Machine machine = Machine.builder().build();
    private final boolean keepsAll;

    /**
     * @param patterns none keeps all records
     * @throws IllegalArgumentException with Lambda's text when a pattern is none, or uses an operator Lambda lacks
     */
    Filter(List<String> patterns) {
        keepsAll = patterns.isEmpty();
        if (patterns.size() > MAXIMUM_PATTERNS) {
            throw new IllegalArgumentException(
                    "at most " + MAXIMUM_PATTERNS + " filters are allowed; given: " + patterns.size());
        }
        for (int i = 0; i < patterns.size(); i++) {
            try {
                check(patterns.get(i));
                machine.addRule("pattern" + i, patterns.get(i));
            } catch (IOException e) {
                throw new IllegalArgumentException("Invalid filter pattern definition.", e);
            }
        }
    }

    boolean matches(byte[] recordJson) {
        if (keepsAll) {
            return true;
        }
        try {
            return !machine.rulesForJSONEvent(JSON.readTree(recordJson)).isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean keepsAll() {
        return keepsAll;
    }

    private static void check(String pattern) throws JsonProcessingException {
        JsonNode root = JSON.readTree(pattern);
        if (root == null || !root.isObject() || pattern.length() > MAXIMUM_PATTERN_CHARACTERS) {
            throw new IllegalArgumentException("Invalid filter pattern definition.");
        }
        checkMembers(root);
    }

    private static void checkMembers(JsonNode node) {
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            JsonNode value = member.getValue();
            if (value.isObject()) {
                checkMembers(value);
            } else if (member.getKey().equals("$or")) {
                value.forEach(Filter::checkMembers);
            } else {
                value.forEach(Filter::checkRule);
            }
        }
    }

    private static void checkRule(JsonNode rule) {
        for (Map.Entry<String, JsonNode> operator : rule.properties()) {
            boolean nested = operator.getKey().equals("anything-but")
                    && operator.getValue().isObject();
            if (!OPERATORS.contains(operator.getKey()) || nested) {
                throw new IllegalArgumentException("Invalid filter pattern definition.");
            }
        }
    }
}
