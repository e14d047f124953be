package dev.penstock.local.functions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;

/** The JSON of a function error: errorMessage, errorType and, for an exception, stackTrace. */
final class ErrorPayload {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ErrorPayload() {}

    static Invocation.FunctionError parse(String requestId, byte[] body) {
        try {
            JsonNode error = JSON.readTree(body);
            return new Invocation.FunctionError(
                    requestId,
                    error.path("errorType").asText("Unknown"),
                    error.path("errorMessage").asText(""),
                    body);
        } catch (IOException e) {
            return new Invocation.FunctionError(requestId, "Unknown", "", body);
        }
    }

    static byte[] json(String type, String message) {
        try {
            return JSON.writeValueAsBytes(
                    JSON.createObjectNode().put("errorType", type).put("errorMessage", message));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
