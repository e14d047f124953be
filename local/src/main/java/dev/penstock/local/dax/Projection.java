package dev.penstock.local.dax;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

/**
 * The paths of a projection expression. Results travel as {ordinal of the path: value} and the client rebuilds the
 * nesting, so values are taken from whole attributes: DynamoDB itself would close the gaps in a projected list.
 */
record Projection(List<DocumentPath> paths) {
    private static final int FORMAT = 1;

    /** @throws DynamoDbException ValidationException, when two paths overlap (as DynamoDB itself answers) */
    static Projection read(byte[] expression) {
        CborReader in = new CborReader(expression);
        in.readArray();
        int format = in.readInt();
        if (format != FORMAT) {
            throw new MalformedRequestException("expression format " + format + ", known is " + FORMAT);
        }
        List<DocumentPath> paths = new ArrayList<>();
        int length = in.readArray();
        while (in.more(length, paths.size())) {
            paths.add(DocumentPath.read(in));
        }
        refuseOverlap(paths);
        return new Projection(List.copyOf(paths));
    }

    static @Nullable Projection readNullable(byte @Nullable [] expression) {
        return expression == null ? null : read(expression);
    }

    private static void refuseOverlap(List<DocumentPath> paths) {
        for (int i = 0; i < paths.size(); i++) {
            for (int k = i + 1; k < paths.size(); k++) {
                if (paths.get(i).overlaps(paths.get(k))) {
                    throw DaxErrors.validation(
                            "Invalid ProjectionExpression: Two document paths overlap with each other;"
                                    + " must remove or rewrite one of these paths; path one: " + paths.get(i)
                                    + ", path two: "
                                    + paths.get(k));
                }
            }
        }
    }

    /** A projection expression for the whole attributes that the paths lead into. */
    String renderAttributes(Placeholders placeholders) {
        Set<String> attributes =
                paths.stream().map(DocumentPath::attribute).collect(Collectors.toCollection(LinkedHashSet::new));
        return attributes.stream().map(placeholders::name).collect(Collectors.joining(", "));
    }

    void write(Map<String, AttributeValue> item, CborWriter out) {
        out.raw(Cbor.MAP_STREAM);
        for (int i = 0; i < paths.size(); i++) {
            AttributeValue value = paths.get(i).resolve(item);
            if (value != null) {
                Values.write(value, out.integer(i));
            }
        }
        out.raw(Cbor.BREAK);
    }
}
