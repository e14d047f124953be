package dev.penstock.local.sources;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The on-failure destination of a mapping: tells of a batch that was given up. A queue or topic learns where the
 * records stand in the stream; an S3 object holds the event itself too. Bodies, their order of members and the object
 * key are those of recorded AWS answers.
 */
final class OnFailureDestination {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DateTimeFormatter MILLIS = utc("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'");
    private static final DateTimeFormatter SECONDS = utc("yyyy-MM-dd'T'HH:mm:ss'Z'");
    private static final DateTimeFormatter KEY = utc("yyyy/MM/dd/yyyy-MM-dd'T'HH.mm.ss");

    private final MappingSettings settings;
    private final String shardId;
    private final Destinations destinations;

    OnFailureDestination(MappingSettings settings, String shardId, Destinations destinations) {
        this.settings = settings;
        this.shardId = shardId;
        this.destinations = destinations;
    }

    /** Why a batch was given up. */
    enum Condition {
        RETRY_ATTEMPTS_EXHAUSTED("RetryAttemptsExhausted"),
        RECORD_AGE_EXCEEDED("RecordAgeExceeded");

        private final String text;

        Condition(String text) {
            this.text = text;
        }
    }

    /**
     * A batch given up.
     *
     * @param requestId of its last invocation
     * @param invocations how often it was invoked
     * @param functionError {@code Unhandled} when the function threw, {@code null} when it reported failures
     */
    record Failure(
            List<EventRecord> records,
            Condition condition,
            String requestId,
            int invocations,
            @Nullable String functionError) {}

    boolean isSet() {
        return settings.onFailureDestination() != null;
    }

    /** Sends it; throws what the destination throws. Does nothing without a destination. */
    void send(Failure failure, Instant now) {
        String destination = settings.onFailureDestination();
        if (destination == null) {
            return;
        }
        ObjectNode body = body(failure, now);
        String service = destination.split(":", -1)[2];
        switch (service) {
            case "sqs" -> destinations.sendToQueue(destination, text(body));
            case "sns" -> destinations.publishToTopic(destination, text(body));
            case "s3" -> {
                // The guide prints the payload as "<Whole Event>", a string.
                body.put("payload", new String(EventJson.event(failure.records()), StandardCharsets.UTF_8));
                destinations.putObject(destination.substring(destination.lastIndexOf(':') + 1), key(now), text(body));
            }
            default ->
                throw new IllegalArgumentException(
                        "an on-failure destination is an SQS queue, an SNS topic or an S3 bucket; given: "
                                + destination);
        }
    }

    private ObjectNode body(Failure failure, Instant now) {
        EventRecord first = failure.records().getFirst();
        EventRecord last = failure.records().getLast();
        ObjectNode body = JSON.createObjectNode();
        body.putObject("requestContext")
                .put("requestId", failure.requestId())
                .put("functionArn", settings.functionArn())
                .put("condition", failure.condition().text)
                .put("approximateInvokeCount", Math.max(1, failure.invocations()));
        if (failure.condition() == Condition.RETRY_ATTEMPTS_EXHAUSTED) {
            body.putObject("responseContext")
                    .put("statusCode", 200)
                    .put("executedVersion", "$LATEST")
                    .put("functionError", failure.functionError());
        }
        body.put("version", "1.0");
        body.put("timestamp", MILLIS.format(now));
        body.putObject("DDBStreamBatchInfo")
                .put("shardId", shardId)
                .put("startSequenceNumber", first.sequenceNumber().toString())
                .put("endSequenceNumber", last.sequenceNumber().toString())
                .put("approximateArrivalOfFirstRecord", SECONDS.format(first.committed()))
                .put("approximateArrivalOfLastRecord", SECONDS.format(last.committed()))
                .put("batchSize", failure.records().size())
                .put("streamArn", settings.streamArn());
        return body;
    }

    private String key(Instant now) {
        return "aws/lambda/" + settings.uuid() + "/" + shardId + "/" + KEY.format(now) + "-" + UUID.randomUUID();
    }

    private static String text(ObjectNode body) {
        try {
            return JSON.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static DateTimeFormatter utc(String pattern) {
        return DateTimeFormatter.ofPattern(pattern).withZone(ZoneOffset.UTC);
    }
}
