package dev.penstock.local.sources;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.functions.Invocation;
import dev.penstock.local.functions.Metrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import software.amazon.awssdk.services.lambda.model.EventSourceMappingConfiguration;
import software.amazon.awssdk.services.lambda.model.EventSourcePosition;
import software.amazon.awssdk.services.lambda.model.FunctionResponseType;

/** A mapping on a stream in memory with a function whose answers a test writes; stepped, without threads. */
final class Harness implements Invoker, Destinations {
    static final String FUNCTION = "arn:aws:lambda:eu-central-1:000000000000:function:projector";
    static final String UUID = "11111111-2222-3333-4444-555555555555";
    static final ObjectMapper JSON = new ObjectMapper();

    final MovableClock clock = new MovableClock(() -> Instant.parse("2026-03-01T10:00:00.250Z"));
    final MemoryStream stream = new MemoryStream(clock);
    final Checkpoints checkpoints;
    final Map<String, Double> metrics = new LinkedHashMap<>();
    final List<JsonNode> events = new ArrayList<>();
    final List<String> sent = new ArrayList<>();
    final Map<String, String> objects = new LinkedHashMap<>();
    private final Deque<Function<JsonNode, Invocation>> answers = new ArrayDeque<>();
    private Function<JsonNode, Invocation> otherwise = event -> success("null");
    private boolean destinationFails;
    private EventSourceMappingConfiguration configuration;
    private Mapping mapping;

    Harness() {
        this(Checkpoints.inMemory(), settings -> {});
    }

    Harness(Consumer<EventSourceMappingConfiguration.Builder> settings) {
        this(Checkpoints.inMemory(), settings);
    }

    Harness(Checkpoints checkpoints, Consumer<EventSourceMappingConfiguration.Builder> settings) {
        this.checkpoints = checkpoints;
        this.configuration = EventSourceMappingConfiguration.builder()
                .uuid(UUID)
                .functionArn(FUNCTION)
                .eventSourceArn(MemoryStream.ARN)
                .startingPosition(EventSourcePosition.TRIM_HORIZON)
                .build();
        restart(settings);
    }

    static Consumer<EventSourceMappingConfiguration.Builder> reporting(
            Consumer<EventSourceMappingConfiguration.Builder> more) {
        return settings -> {
            settings.functionResponseTypes(FunctionResponseType.REPORT_BATCH_ITEM_FAILURES);
            more.accept(settings);
        };
    }

    /** Forgets all but the checkpoints, as a restart does, with changed settings. */
    void restart(Consumer<EventSourceMappingConfiguration.Builder> settings) {
        configuration = configuration.toBuilder().applyMutation(settings).build();
        mapping = new Mapping(MappingSettings.of(configuration), ports(), "No records processed");
    }

    Ports ports() {
        Metrics sum = (name, value, unit, dimensions) -> metrics.merge(name, value, Double::sum);
        return new Ports(
                stream, stream, this, this, checkpoints, clock, sum, Duration.ofMillis(1), Duration.ofMillis(5));
    }

    Mapping mapping() {
        return mapping;
    }

    /** Steps reader and lanes until none has work. */
    void run() {
        try {
            for (int round = 0; round < 100_000; round++) {
                int work = mapping.doWork();
                for (Lane lane : mapping.lanes()) {
                    work += lane.doWork();
                }
                if (work == 0) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        throw new IllegalStateException("never quiet; events so far " + events.size());
    }

    /** Steps once: the reader, then each lane. */
    void step() {
        try {
            mapping.doWork();
            for (Lane lane : mapping.lanes()) {
                lane.doWork();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The answers of the next invocations, in order; then those of {@link #always}. */
    Harness answer(String... responses) {
        for (String response : responses) {
            answers.add(event -> success(response));
        }
        return this;
    }

    Harness fail(int times) {
        for (int i = 0; i < times; i++) {
            answers.add(event -> error());
        }
        return this;
    }

    Harness throttle(int times) {
        for (int i = 0; i < times; i++) {
            answers.add(event -> new Invocation.Throttled("test"));
        }
        return this;
    }

    Harness always(Function<JsonNode, Invocation> answer) {
        otherwise = answer;
        return this;
    }

    void destinationFails() {
        destinationFails = true;
    }

    static Invocation success(String response) {
        return new Invocation.Success("request", response.getBytes(StandardCharsets.UTF_8));
    }

    static Invocation error() {
        return new Invocation.FunctionError("request", "E", "e", "{}".getBytes(StandardCharsets.UTF_8));
    }

    static String failures(String... sequenceNumbers) {
        List<String> items = new ArrayList<>();
        for (String each : sequenceNumbers) {
            items.add("{\"itemIdentifier\":\"" + each + "\"}");
        }
        return "{\"batchItemFailures\":[" + String.join(",", items) + "]}";
    }

    @Override
    public Invocation invoke(String functionArn, byte[] event) {
        try {
            JsonNode parsed = JSON.readTree(event);
            events.add(parsed);
            return answers.isEmpty()
                    ? otherwise.apply(parsed)
                    : answers.removeFirst().apply(parsed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The item ids of each invocation. */
    List<List<String>> batches() {
        return events.stream().map(Harness::ids).toList();
    }

    static List<String> ids(JsonNode event) {
        List<String> ids = new ArrayList<>();
        event.get("Records")
                .forEach(each -> ids.add(each.at("/dynamodb/Keys/id/S").asText()));
        return ids;
    }

    @Override
    public void sendToQueue(String queueArn, String body) {
        deliver(body);
    }

    @Override
    public void publishToTopic(String topicArn, String message) {
        deliver(message);
    }

    @Override
    public void putObject(String bucket, String key, String body) {
        deliver(body);
        objects.put(bucket + "/" + key, body);
    }

    private void deliver(String body) {
        if (destinationFails) {
            throw new IllegalStateException("no such queue");
        }
        sent.add(body);
    }

    JsonNode sent(int index) {
        try {
            return JSON.readTree(sent.get(index));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
