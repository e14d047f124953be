package dev.penstock.local.dynamodb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Sends what no SDK would: any bytes to any operation. An answer that takes longer than half a minute is a failure. */
public final class RawClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI endpoint;

    public RawClient(URI endpoint) {
        this.endpoint = endpoint;
    }

    /** What came back. */
    public record Answer(int status, JsonNode json) {
        /** The error's type with its namespace. */
        public String type() {
            return json.path("__type").asText();
        }

        /** The error's type alone. */
        public String code() {
            return type().replaceAll(".*#", "");
        }

        public String message() {
            return json.path("message").asText(json.path("Message").asText());
        }

        @Override
        public String toString() {
            return status + " " + json;
        }
    }

    /** @param operation of DynamoDB, or of its streams: {@code DynamoDBStreams_20120810.GetRecords} */
    public Answer send(String operation, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(endpoint)
                .timeout(Duration.ofSeconds(30))
                .header("x-amz-target", operation.contains(".") ? operation : "DynamoDB_20120810." + operation)
                .header("content-type", "application/x-amz-json-1.0")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        return new Answer(answer.statusCode(), JSON.readTree(answer.body()));
    }

    @Override
    public void close() {
        http.close();
    }
}
