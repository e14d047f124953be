package dev.penstock.local.export;

import dev.penstock.lambdas.etl.Condition;
import dev.penstock.lambdas.etl.DocumentPath;
import dev.penstock.lambdas.etl.Expressions;
import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.journal.KeyNames;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.FilterSpecification;

/**
 * A filtered export's specification (Developer Guide, "Filtered export"): a key condition, which reduces what is billed,
 * a filter, and a projection. For a delete the old image is judged.
 */
record ExportFilter(@Nullable Condition key, @Nullable Condition filter, List<DocumentPath> projection) {
    private static final int LONGEST_EXPRESSION = 4096;
    private static final ExportFilter NONE = new ExportFilter(null, null, List.of());

    static ExportFilter of(@Nullable FilterSpecification given, KeyNames keys) {
        if (given == null) {
            return NONE;
        }
        if (given.keyConditionExpression() == null
                && given.filterExpression() == null
                && given.projectionExpression() == null) {
            throw AwsError.validation("The specification can not be empty");
        }
        try {
            Map<String, String> names = given.expressionAttributeNames();
            Map<String, AttributeValue> values = given.expressionAttributeValues();
            Condition key = condition("KeyConditionExpression", given.keyConditionExpression(), names, values);
            if (key != null) {
                checkKey(key, keys);
            }
            Condition filter = condition("FilterExpression", given.filterExpression(), names, values);
            if (key != null && filter != null) {
                checkNoKey(filter, keys);
            }
            List<DocumentPath> projection = given.projectionExpression() == null
                    ? List.of()
                    : Expressions.projection(limited("ProjectionExpression", given.projectionExpression()), names);
            return new ExportFilter(key, filter, projection);
        } catch (IllegalArgumentException e) {
            throw AwsError.validation("Invalid FilterSpecification: " + e.getMessage());
        }
    }

    private static @Nullable Condition condition(
            String member, @Nullable String text, Map<String, String> names, Map<String, AttributeValue> values) {
        return text == null ? null : Expressions.condition(limited(member, text), names, values);
    }

    private static String limited(String member, String text) {
        if (text.length() > LONGEST_EXPRESSION) {
            throw AwsError.validation("Invalid " + member + ": Expression size has exceeded the maximum allowed size;"
                    + " expression size: " + text.length());
        }
        return text;
    }

    /** One partition key by equality, and at most one condition on the sort key. */
    private static void checkKey(Condition key, KeyNames keys) {
        List<Condition> parts = key instanceof Condition.And(var all) ? all : List.of(key);
        boolean partition = parts.stream()
                .anyMatch(part -> part
                                instanceof
                                Condition.Compare(
                                        Condition.Operand.Attribute(var path),
                                        Condition.Comparator comparator,
                                        var ignored)
                        && comparator == Condition.Comparator.EQ
                        && path.isRoot(keys.partition()));
        boolean rest = parts.stream()
                .allMatch(part -> part.paths().stream()
                        .allMatch(path ->
                                path.isRoot(keys.partition()) || (keys.sort() != null && path.isRoot(keys.sort()))));
        if (!partition || !rest || parts.size() > 2) {
            throw AwsError.validation("KeyConditionExpression needs '" + keys.partition()
                    + " = value', and may have one condition on the sort key");
        }
    }

    private static void checkNoKey(Condition filter, KeyNames keys) {
        for (DocumentPath path : filter.paths()) {
            if (path.isRoot(keys.partition()) || (keys.sort() != null && path.isRoot(keys.sort()))) {
                throw AwsError.validation(
                        "Filter Expression can only contain non-primary key attributes: Primary key attribute: "
                                + path);
            }
        }
    }

    boolean hasKey(Map<String, AttributeValue> item) {
        return key == null || key.test(item);
    }

    boolean keeps(Map<String, AttributeValue> item) {
        return filter == null || filter.test(item);
    }

    Map<String, AttributeValue> project(Map<String, AttributeValue> item) {
        if (projection.isEmpty()) {
            return item;
        }
        Map<String, AttributeValue> projected = new LinkedHashMap<>();
        projection.forEach(path -> path.project(item, projected));
        return projected;
    }
}
