package dev.penstock.local.vault;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.local.gateway.AwsError;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What a vault's policy denies to everybody. Locally there is one principal and it may do all that is not denied, so only
 * statements without condition that deny all principals have an effect.
 */
record AccessPolicy(JsonNode document) {

    /** @throws AwsError InvalidParameterValueException for what is no JSON object */
    static AccessPolicy parse(String json) {
        try {
            JsonNode document = new ObjectMapper().readTree(json);
            if (!document.isObject()) {
                throw Errors.invalid("Policy must be a JSON object; given: " + json);
            }
            return new AccessPolicy(document);
        } catch (JsonProcessingException e) {
            throw Errors.invalid("Policy is not valid JSON: " + e.getOriginalMessage());
        }
    }

    /** @throws AwsError AccessDeniedException when the action is denied */
    void check(String action) {
        boolean denied = each(document.path("Statement"))
                .anyMatch(statement -> statement.path("Effect").asText().equals("Deny")
                        && !statement.has("Condition")
                        && isEverybody(statement.path("Principal"))
                        && each(statement.path("Action")).anyMatch(pattern -> matches(pattern.asText(), action)));
        if (denied) {
            throw new AwsError(
                    403,
                    "AccessDeniedException",
                    "User is not authorized to perform: " + action
                            + " with an explicit deny in the backup vault's access policy");
        }
    }

    private static boolean isEverybody(JsonNode principal) {
        return principal.asText().equals("*")
                || each(principal.path("AWS")).anyMatch(each -> each.asText().equals("*"));
    }

    private static boolean matches(String pattern, String action) {
        return pattern.endsWith("*")
                ? action.startsWith(pattern.substring(0, pattern.length() - 1))
                : pattern.equals(action);
    }

    private static Stream<JsonNode> each(JsonNode oneOrMany) {
        return oneOrMany.isArray()
                ? StreamSupport.stream(oneOrMany.spliterator(), false)
                : oneOrMany.isMissingNode() ? Stream.empty() : Stream.of(oneOrMany);
    }
}
