package dev.penstock.local.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.local.streams.StreamRecord;
import dev.penstock.local.streams.StreamRecord.EventName;
import dev.penstock.local.streams.StreamRecord.UserIdentity;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;

class EventJsonTest {
    private static final String ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/T/stream/2026-01-01T00:00:00.000";
    private static final AttributeValue KEY = AttributeValue.fromS("hello world");

    private static StreamRecord change(EventName name, UserIdentity identity) {
        Map<String, AttributeValue> image = new LinkedHashMap<>();
        image.put("binary_key", AttributeValue.fromB(SdkBytes.fromUtf8String("foobar")));
        image.put("my_partition_key", KEY);
        return new StreamRecord(
                "0123456789abcdef0123456789abcdef",
                name,
                new BigInteger("202328600001712385967261751"),
                Instant.parse("2026-03-01T10:00:00.987654Z"),
                Map.of("my_partition_key", KEY),
                name == EventName.INSERT ? null : image,
                name == EventName.REMOVE ? null : image,
                70,
                identity);
    }

    private static String json(StreamViewType view, StreamRecord change) {
        return new String(new EventJson(ARN, view).record(change), StandardCharsets.UTF_8);
    }

    /** Members and their order as in a recorded AWS event: a float of whole seconds, binary in Base64, no shard id. */
    @Test
    void aRecordIsAsRecordedOnAws() {
        assertEquals("""
                {"eventID":"0123456789abcdef0123456789abcdef","eventName":"INSERT","eventVersion":"1.1",\
                "eventSource":"aws:dynamodb","awsRegion":"us-east-1","dynamodb":{\
                "ApproximateCreationDateTime":1772359200.0,"Keys":{"my_partition_key":{"S":"hello world"}},\
                "NewImage":{"binary_key":{"B":"Zm9vYmFy"},"my_partition_key":{"S":"hello world"}},\
                "SequenceNumber":"202328600001712385967261751","SizeBytes":70,"StreamViewType":"NEW_IMAGE"},\
                "eventSourceARN":"arn:aws:dynamodb:us-east-1:000000000000:table/T/stream/2026-01-01T00:00:00.000"}""", json(StreamViewType.NEW_IMAGE, change(EventName.INSERT, null)));
    }

    @Test
    void aTtlDeleteCarriesItsIdentity() throws Exception {
        var json = Harness.JSON.readTree(
                json(StreamViewType.NEW_AND_OLD_IMAGES, change(EventName.REMOVE, UserIdentity.TTL)));
        assertEquals(
                "dynamodb.amazonaws.com", json.at("/userIdentity/principalId").asText());
        assertEquals("Service", json.at("/userIdentity/type").asText());
        assertEquals(true, json.get("dynamodb").has("OldImage"));
        assertEquals(false, json.get("dynamodb").has("NewImage"));
    }

    @Test
    void theViewTypeDecidesWhichImagesAreShown() throws Exception {
        StreamRecord modify = change(EventName.MODIFY, null);
        for (StreamViewType view : List.of(
                StreamViewType.KEYS_ONLY,
                StreamViewType.NEW_IMAGE,
                StreamViewType.OLD_IMAGE,
                StreamViewType.NEW_AND_OLD_IMAGES)) {
            var dynamodb = Harness.JSON.readTree(json(view, modify)).get("dynamodb");
            assertEquals(view.toString().contains("NEW"), dynamodb.has("NewImage"), view.toString());
            assertEquals(view.toString().contains("OLD"), dynamodb.has("OldImage"), view.toString());
        }
    }

    @Test
    void anEventIsItsRecordsInOrder() {
        EventRecord one = new EventRecord(
                change(EventName.INSERT, null), "{\"a\":1}".getBytes(StandardCharsets.UTF_8), Instant.EPOCH);
        EventRecord two = new EventRecord(
                change(EventName.INSERT, null), "{\"b\":2}".getBytes(StandardCharsets.UTF_8), Instant.EPOCH);
        assertEquals(
                "{\"Records\":[{\"a\":1},{\"b\":2}]}",
                new String(EventJson.event(List.of(one, two)), StandardCharsets.UTF_8));
    }
}
