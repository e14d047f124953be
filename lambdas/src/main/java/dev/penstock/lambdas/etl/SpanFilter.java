package dev.penstock.lambdas.etl;

import dev.penstock.lambdas.export.DynamoDbJson;
import dev.penstock.lambdas.export.LineBuilder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A condition over spans: equality with a plain string compares bytes, everything else decodes what it needs. */
@FunctionalInterface
interface SpanFilter {
    boolean test(Attributes item);

    static SpanFilter of(Condition condition) {
        return switch (condition) {
            case Condition.And(var all) -> {
                SpanFilter[] filters = all.stream().map(SpanFilter::of).toArray(SpanFilter[]::new);
                yield item -> {
                    for (SpanFilter filter : filters) {
                        if (!filter.test(item)) {
                            return false;
                        }
                    }
                    return true;
                };
            }
            case Condition.Or(var any) -> {
                SpanFilter[] filters = any.stream().map(SpanFilter::of).toArray(SpanFilter[]::new);
                yield item -> {
                    for (SpanFilter filter : filters) {
                        if (filter.test(item)) {
                            return true;
                        }
                    }
                    return false;
                };
            }
            case Condition.Not(var inner) -> {
                SpanFilter filter = of(inner);
                yield item -> !filter.test(item);
            }
            case Condition.Exists(var path, var exists) -> item -> path.find(item) != null == exists;
            case Condition.Compare(
                    Condition.Operand.Attribute(var path),
                    var comparator,
                    Condition.Operand.Literal(var literal))
            when literal.s() != null
                    && (comparator == Condition.Comparator.EQ || comparator == Condition.Comparator.NE) ->
                string(path, literal, comparator == Condition.Comparator.EQ);
            default -> item -> condition.test(path -> value(path, item));
        };
    }

    private static SpanFilter string(DocumentPath path, AttributeValue literal, boolean equal) {
        LineBuilder json = new LineBuilder();
        DynamoDbJson.writeValue(literal, json);
        byte[] expected = json.toBytes();
        return item -> {
            Span span = path.find(item);
            if (span == null) {
                return !equal;
            }
            boolean same = Arrays.equals(span.text(), span.from(), span.to(), expected, 0, expected.length)
                    || (span.hasBackslash() && span.decode().equals(literal));
            return same == equal;
        };
    }

    /** The value at a path, decoded, or null. */
    static @Nullable AttributeValue value(DocumentPath path, Attributes item) {
        Span span = path.find(item);
        return span == null ? null : span.decode();
    }
}
