package dev.penstock.local.clients;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Client of the control endpoints under {@code /_penstock/}: what AWS has no API for, such as moving the clock. */
public final class Control implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final URI endpoint;

    public Control(URI endpoint) {
        this.endpoint = endpoint;
    }

    /** A captured mail. */
    public record Mail(List<String> to, String subject, String text, String html) {}

    /** The runtime's time. */
    public Instant now() {
        return Instant.parse(get("clock").path("now").asText());
    }

    /** Moves the runtime's clock forward and answers its new time. */
    public Instant advance(Duration step) {
        return Instant.parse(
                post("clock", Map.of("advance", step.toString())).path("now").asText());
    }

    /** All mails captured so far, oldest first. */
    public List<Mail> mails() {
        List<Mail> mails = new ArrayList<>();
        for (JsonNode mail : get("mail")) {
            List<String> to = new ArrayList<>();
            mail.path("to").forEach(address -> to.add(address.asText()));
            mails.add(new Mail(
                    to,
                    mail.path("subject").asText(),
                    mail.path("text").asText(),
                    mail.path("html").asText()));
        }
        return mails;
    }

    /** Reads one endpoint, {@code health} for example. */
    public JsonNode get(String path) {
        return send(HttpRequest.newBuilder(uri(path)).GET());
    }

    /** Sends a command as JSON. */
    public JsonNode post(String path, Object body) {
        try {
            return send(HttpRequest.newBuilder(uri(path))
                    .header("content-type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(MAPPER.writeValueAsString(body))));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON: " + body, e);
        }
    }

    private URI uri(String path) {
        return endpoint.resolve("/_penstock/" + path);
    }

    private JsonNode send(HttpRequest.Builder request) {
        HttpRequest built = request.timeout(LIMIT).build();
        try {
            var answer = http.send(built, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(
                        built.uri() + " answered " + answer.statusCode() + ": " + answer.body());
            }
            return MAPPER.readTree(answer.body());
        } catch (IOException e) {
            throw new IllegalStateException(
                    "no runtime answers at " + endpoint + ": start one with scripts/penstock up, or give --endpoint",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking " + built.uri(), e);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
