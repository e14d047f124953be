package dev.penstock.local.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.util.LinkedHashMap;
import java.util.Map;

/** Renders an {@link AwsError} as the service's own protocol does. */
final class ErrorBody {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper CBOR = new ObjectMapper(new CBORFactory());

    private ErrorBody() {}

    static Response render(AwsError error, Request request, String requestId) {
        return switch (Protocol.of(request)) {
            case JSON -> json(error, request);
            case CBOR ->
                new Response(
                        error.status(),
                        Map.of("content-type", "application/cbor", "smithy-protocol", "rpc-v2-cbor"),
                        write(CBOR, members(error, error.code(), "message")));
            case QUERY ->
                xml(
                        error,
                        "<ErrorResponse><Error><Type>%s</Type><Code>%s</Code><Message>%s</Message></Error><RequestId>%s</RequestId></ErrorResponse>"
                                .formatted(
                                        error.status() < 500 ? "Sender" : "Receiver",
                                        escape(error.code()),
                                        escape(message(error)),
                                        requestId));
            case S3 ->
                xml(
                        error,
                        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>%s</Code><Message>%s</Message>%s<RequestId>%s</RequestId></Error>"
                                .formatted(escape(error.code()), escape(message(error)), memberXml(error), requestId));
            case REST_JSON ->
                new Response(
                        error.status(),
                        Map.of("content-type", "application/json", "x-amzn-errortype", error.code()),
                        write(JSON, members(error, null, "message")));
        };
    }

    private static Response json(AwsError error, Request request) {
        String contentType = request.header("content-type").orElse("application/x-amz-json-1.0");
        boolean isDynamoDb = request.header("x-amz-target").orElse("").startsWith("DynamoDB");
        // Coral answers its own errors with a capital Message, the service's with a small one (recorded AWS answers).
        boolean isCorals = isDynamoDb && typeOf(error.code()).startsWith("com.amazon.coral.service#");
        byte[] body = write(
                JSON,
                members(error, isDynamoDb ? typeOf(error.code()) : error.code(), isCorals ? "Message" : "message"));
        return new Response(error.status(), Map.of("content-type", contentType), body);
    }

    private static String typeOf(String code) {
        return switch (code) {
            case "SerializationException",
                    "UnknownOperationException",
                    "AccessDeniedException",
                    "MissingAuthenticationTokenException",
                    "UnrecognizedClientException",
                    "IncompleteSignatureException" -> "com.amazon.coral.service#" + code;
            case "ValidationException" -> "com.amazon.coral.validate#" + code;
            case "ThrottlingException" -> "com.amazon.coral.availability#" + code;
            default -> "com.amazonaws.dynamodb.v20120810#" + code;
        };
    }

    private static Map<String, Object> members(
            AwsError error, @org.jspecify.annotations.Nullable String type, String messageName) {
        Map<String, Object> members = new LinkedHashMap<>();
        if (type != null) {
            members.put("__type", type);
        }
        if (error.getMessage() != null) {
            members.put(messageName, error.getMessage());
        }
        members.putAll(error.members());
        return members;
    }

    private static String memberXml(AwsError error) {
        StringBuilder xml = new StringBuilder();
        error.members()
                .forEach((name, value) -> xml.append('<')
                        .append(name)
                        .append('>')
                        .append(escape(value.toString()))
                        .append("</")
                        .append(name)
                        .append('>'));
        return xml.toString();
    }

    private static Response xml(AwsError error, String body) {
        return new Response(error.status(), Map.of("content-type", "text/xml"), body.getBytes(UTF_8));
    }

    private static String message(AwsError error) {
        return error.getMessage() == null ? "" : error.getMessage();
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static byte[] write(ObjectMapper format, Object value) {
        try {
            return format.writeValueAsBytes(value);
        } catch (JsonProcessingException notJsonReady) {
            throw new IllegalArgumentException("error members must be JSON-ready: " + value, notJsonReady);
        }
    }
}
