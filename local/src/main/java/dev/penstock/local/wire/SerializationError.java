package dev.penstock.local.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.penstock.local.gateway.AwsError;
import java.io.IOException;
import software.amazon.awssdk.core.SdkPojo;

/**
 * The texts with which AWS refuses JSON of a wrong type. The wording is that of recorded answers of DynamoDB; other
 * JSON services share its framework.
 */
final class SerializationError {
    private static final String STRUCTURE_NOT_EXPECTED = "Start of structure or map found where not expected";

    private SerializationError() {}

    static AwsError of(String message) {
        return new AwsError(400, "SerializationException", message);
    }

    /** A value that is no scalar of this Java type. */
    static AwsError scalar(JsonParser parser, String javaType) {
        String simpleName = javaType.substring(javaType.lastIndexOf('.') + 1);
        return of(
                switch (parser.currentToken()) {
                    case START_ARRAY -> "Unrecognized collection type class " + javaType;
                    case START_OBJECT -> STRUCTURE_NOT_EXPECTED;
                    case VALUE_TRUE -> "TRUE_VALUE cannot be converted to " + simpleName;
                    case VALUE_FALSE -> "FALSE_VALUE cannot be converted to " + simpleName;
                    case VALUE_NUMBER_INT -> "NUMBER_VALUE cannot be converted to " + simpleName;
                    case VALUE_NUMBER_FLOAT -> "DECIMAL_VALUE cannot be converted to " + simpleName;
                    default -> "STRING_VALUE cannot be converted to " + simpleName;
                });
    }

    static AwsError blob(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_ARRAY, START_OBJECT -> scalar(parser, "java.nio.ByteBuffer");
            default -> of("only base-64-encoded strings are convertible to bytes");
        };
    }

    static AwsError list(JsonParser parser) {
        return of(parser.currentToken() == JsonToken.START_OBJECT ? STRUCTURE_NOT_EXPECTED : "Unexpected field type");
    }

    static AwsError map(JsonParser parser, Member values) {
        return mapOf(values.constructor() == null ? "java.lang.String" : modelName(values.construct()), parser);
    }

    static AwsError mapOf(String valueType, JsonParser parser) {
        return of(
                parser.currentToken() == JsonToken.START_ARRAY
                        ? "Unrecognized collection type java.util.Map<java.lang.String, " + valueType + ">"
                        : "Unexpected field type");
    }

    /** @param inCollection true for an element of a list or a value of a map */
    static AwsError structure(JsonParser parser, SdkPojo builder, boolean inCollection) {
        if (parser.currentToken() == JsonToken.START_ARRAY) {
            return of("Unrecognized collection type class " + modelName(builder));
        }
        return of(inCollection ? "Unexpected value type in payload" : "Unexpected field type");
    }

    /** What the parser itself could not read. */
    static AwsError malformed(IOException problem) {
        String message = problem.getMessage();
        return of("The body is not valid JSON: "
                + (message == null ? problem : message.lines().findFirst().orElse("")));
    }

    private static String modelName(SdkPojo builder) {
        Class<?> model = builder.getClass().getEnclosingClass();
        String service = builder.getClass().getPackageName().replaceAll(".*services\\.(\\w+)\\..*", "$1");
        String namespace =
                service.equals("dynamodb") ? "com.amazonaws.dynamodb.v20120810." : "com.amazonaws." + service + ".";
        return namespace + (model == null ? builder.getClass() : model).getSimpleName();
    }
}
