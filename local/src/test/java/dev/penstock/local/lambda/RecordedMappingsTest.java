package dev.penstock.local.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.local.clients.Await;
import dev.penstock.local.clients.Clients;
import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.functions.Functions;
import dev.penstock.local.functions.HandlerZip;
import dev.penstock.local.functions.Invocation;
import dev.penstock.local.functions.LogSink;
import dev.penstock.local.functions.Metrics;
import dev.penstock.local.gateway.Gateway;
import dev.penstock.local.sources.Checkpoints;
import dev.penstock.local.sources.Destinations;
import dev.penstock.local.sources.EventSourceMappings;
import dev.penstock.local.sources.Ports;
import dev.penstock.local.sources.TestStreams;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;

/**
 * Answers about event source mappings, member by member and none besides, as AWS gave them (recorded AWS answers); what
 * differs from run to run is compared by its form.
 */
@Timeout(120)
class RecordedMappingsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final String PATH = "2015-03-31/event-source-mappings/";

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final MovableClock clock = new MovableClock(() -> Instant.parse("2026-03-01T10:00:00.250Z"));
    private final TestStreams streams = new TestStreams(clock);
    private Functions functions;
    private EventSourceMappings mappings;
    private LambdaApi api;
    private Gateway gateway;

    /** What came back. */
    private record Answer(int status, JsonNode body) {}

    @BeforeEach
    void start() throws Exception {
        functions =
                new Functions(Functions.Options.of(folder.resolve("runtime"), "http://127.0.0.1:1"), LogSink.none());
        mappings = new EventSourceMappings(new Ports(
                streams.reader(),
                streams.directory(),
                (function, event) -> new Invocation.Success("request", "null".getBytes(StandardCharsets.UTF_8)),
                Destinations.none(),
                Checkpoints.inMemory(),
                clock,
                Metrics.none(),
                Duration.ofMillis(1),
                Duration.ofMillis(5)));
        byte[] zip = Files.readAllBytes(HandlerZip.in(folder));
        api = new LambdaApi(functions, region -> mappings, clock, folder.resolve("code"), (region, bucket, key) -> zip);
        gateway = Gateway.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "eu-central-1");
        gateway.add(api);
        try (Clients clients = new Clients(gateway.endpoint(), "eu-central-1")) {
            clients.of(LambdaClient.class)
                    .createFunction(request -> request.functionName("projector")
                            .runtime("java25")
                            .role("arn:aws:iam::000000000000:role/r")
                            .handler("a.B::c")
                            .code(code -> code.zipFile(SdkBytes.fromByteArray(zip))));
        }
    }

    @AfterEach
    void stop() {
        http.close();
        gateway.close();
        api.close();
        mappings.close();
        functions.close();
    }

    /** The recorded description of a mapping; what is not given has its default. */
    private static ObjectNode recorded(String changes) throws IOException {
        ObjectNode mapping = (ObjectNode) JSON.readTree("""
                {"BatchSize":100,"BisectBatchOnFunctionError":false,"DestinationConfig":{"OnFailure":{}},
                "EventSourceArn":"%s",
                "EventSourceMappingArn":"arn:aws:lambda:eu-central-1:000000000000:event-source-mapping:<uuid>",
                "FunctionArn":"arn:aws:lambda:eu-central-1:000000000000:function:projector",
                "FunctionResponseTypes":[],"LastModified":"<time>","LastProcessingResult":"No records processed",
                "MaximumBatchingWindowInSeconds":0,"MaximumRecordAgeInSeconds":-1,"MaximumRetryAttempts":-1,
                "ParallelizationFactor":1,"StartingPosition":"TRIM_HORIZON","State":"Creating",
                "StateTransitionReason":"User action","TumblingWindowInSeconds":0,"UUID":"<uuid>"}""".formatted(TestStreams.ARN));
        mapping.setAll((ObjectNode) JSON.readTree(changes));
        return mapping;
    }

    /** Times are epoch seconds; the UUID stands in its ARN too. */
    private static JsonNode masked(JsonNode mapping) {
        ObjectNode masked = mapping.deepCopy();
        String uuid = masked.path("UUID").asText();
        assertTrue(UUID.matcher(uuid).matches(), mapping.toString());
        assertEquals(1_772_359_200.25, masked.path("LastModified").asDouble(), 2, mapping.toString());
        assertTrue(masked.path("LastModified").isNumber(), mapping.toString());
        return masked.put("UUID", "<uuid>")
                .put("LastModified", "<time>")
                .put(
                        "EventSourceMappingArn",
                        masked.path("EventSourceMappingArn").asText().replace(uuid, "<uuid>"));
    }

    private static void expect(String changes, JsonNode mapping) throws IOException {
        assertEquals(recorded(changes), masked(mapping));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'MaximumBatchingWindowInSeconds':1}",
                "{'BatchSize':1,'MaximumBatchingWindowInSeconds':1,'MaximumRetryAttempts':1,"
                        + "'DestinationConfig':{'OnFailure':{'Destination':'arn:aws:sqs:eu-central-1:000000000000:failed'}}}",
                "{'BatchSize':1,'MaximumBatchingWindowInSeconds':1,'MaximumRetryAttempts':1,"
                        + "'DestinationConfig':{'OnFailure':{'Destination':'arn:aws:s3:::failed'}}}",
                "{'BatchSize':1,'MaximumBatchingWindowInSeconds':1,'MaximumRetryAttempts':1,"
                        + "'DestinationConfig':{'OnFailure':{'Destination':'arn:aws:sns:eu-central-1:000000000000:failed'}}}",
                "{'BatchSize':1,'MaximumBatchingWindowInSeconds':1,'MaximumRetryAttempts':1,'FilterCriteria':{'Filters':"
                        + "[{'Pattern':'{\\\"dynamodb\\\":{\\\"NewImage\\\":{\\\"prefix\\\":{\\\"S\\\":[{\\\"prefix\\\":\\\"us-1\\\"}]}}}}'}]}}"
            })
    void createAnswersWhatWasAskedForAndTheDefaults(String asked) throws Exception {
        String settings = asked.replace('\'', '"');
        Answer created = create(settings);
        assertEquals(202, created.status);
        expect(settings, created.body);
    }

    @Test
    void listShowsTheMappingEnabled() throws Exception {
        create("{}");
        Answer listed = send("GET", PATH + "?FunctionName=projector", "");
        assertEquals(200, listed.status);
        assertEquals(1, listed.body.size(), listed.toString());
        assertEquals(1, listed.body.path("EventSourceMappings").size());
        expect("{\"State\":\"Enabled\"}", listed.body.at("/EventSourceMappings/0"));
    }

    @Test
    void disablingAnswersDisablingAndTheLastResult() throws Exception {
        String uuid = create("{\"MaximumBatchingWindowInSeconds\":1}")
                .body
                .path("UUID")
                .asText();
        streams.insert("a");
        Await.until(Duration.ofSeconds(60), "the record to be processed", () -> {
            clock.advance(Duration.ofMillis(10));
            return mappings.get(uuid).lastProcessingResult().equals("OK");
        });
        Answer disabled = send("PUT", PATH + uuid, "{\"Enabled\":false}");
        assertEquals(202, disabled.status);
        ObjectNode mapping = (ObjectNode) disabled.body;
        mapping.put("LastModified", 1_772_359_200.25);
        expect(
                "{\"MaximumBatchingWindowInSeconds\":1,\"LastProcessingResult\":\"OK\",\"State\":\"Disabling\"}",
                mapping);
    }

    @Test
    void aSecondMappingOfStreamAndFunctionIsAConflict() throws Exception {
        String uuid = create("{}").body.path("UUID").asText();
        refused(
                409,
                "The event source arn (\" " + TestStreams.ARN + " \") and function (\" projector \") provided mapping"
                        + " already exists. Please update or delete the existing mapping with UUID " + uuid,
                create("{}"));
    }

    @Test
    void anUnknownStreamIsNotFound() throws Exception {
        String arn = "arn:aws:dynamodb:eu-central-1:000000000000:table/test-table/stream/2025-02-22T03:03:25.490";
        refused(400, "Stream not found: " + arn, create("{\"EventSourceArn\":\"" + arn + "\"}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"single-string", "[{\\\"eventName\\\": [\\\"INSERT\\\""})
    void aPatternThatIsNoneIsRefused(String pattern) throws Exception {
        refused(
                400,
                "Invalid filter pattern definition.",
                create("{\"FilterCriteria\":{\"Filters\":[{\"Pattern\":\"" + pattern + "\"}]}}"));
    }

    private static void refused(int status, String message, Answer answer) {
        assertEquals(status, answer.status, answer.toString());
        assertEquals(
                JSON.createObjectNode().put("Type", "User").put("message", message), answer.body, answer.toString());
    }

    private Answer create(String settings) throws Exception {
        ObjectNode request = JSON.createObjectNode();
        request.put("EventSourceArn", TestStreams.ARN)
                .put("FunctionName", "projector")
                .put("StartingPosition", "TRIM_HORIZON");
        request.setAll((ObjectNode) JSON.readTree(settings));
        return send("POST", PATH, request.toString());
    }

    private Answer send(String method, String path, String body) throws Exception {
        HttpResponse<byte[]> answer = http.send(
                HttpRequest.newBuilder(gateway.endpoint().resolve("/" + path))
                        .timeout(Duration.ofSeconds(30))
                        .header(
                                "authorization",
                                "AWS4-HMAC-SHA256 Credential=test/20260301/eu-central-1/lambda/aws4_request,"
                                        + " SignedHeaders=host, Signature=0")
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        return new Answer(answer.statusCode(), JSON.readTree(answer.body()));
    }
}
