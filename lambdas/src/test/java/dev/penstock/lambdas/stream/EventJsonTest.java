package dev.penstock.lambdas.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.penstock.lambdas.item.Value;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The form of the record is that of a recorded AWS answer. */
class EventJsonTest {
    private static final String RECORD = """
            {"eventID":"b5a1ec2f1f4ee2f1a0b5a5bb9d5d5d5d","eventName":"MODIFY","eventVersion":"1.1",
             "eventSource":"aws:dynamodb","awsRegion":"us-east-1","dynamodb":{
             "ApproximateCreationDateTime":1.6964544E9,
             "Keys":{"id":{"S":"a\\u00e9"}},
             "NewImage":{"id":{"S":"a\\u00e9"},"n":{"N":"12.50"},"b":{"B":"AQI="},"t":{"BOOL":true},"z":{"NULL":true},
               "l":{"L":[{"S":"x"},{"M":{"k":{"N":"1"}}}]},"ss":{"SS":["p","q"]},"ns":{"NS":["2","1"]},"bs":{"BS":["AQI="]}},
             "OldImage":{"id":{"S":"a\\u00e9"}},
             "SequenceNumber":"202328600001712385967261751","SizeBytes":42,"StreamViewType":"NEW_AND_OLD_IMAGES"},
             %s"eventSourceARN":"arn:aws:dynamodb:us-east-1:000000000000:table/T/stream/2026-11-22T09:00:00.000"}""";

    @Test
    void everyTypeIsRead() throws Exception {
        EventJson event = read("{\"Records\":[" + RECORD.formatted("") + "]}");
        ItemChange change = StreamRecords.read(event.records().getFirst());
        assertEquals(ItemChange.Kind.MODIFY, change.kind());
        assertEquals("202328600001712385967261751", change.sequenceNumber());
        assertEquals(Instant.ofEpochSecond(1_696_454_400), change.time());
        assertEquals(Map.of("id", Value.string("aé")), change.key());
        assertEquals(change.key(), change.oldImage());
        Map<String, Value> item = change.newImage();
        assertEquals(Value.number(new BigDecimal("12.5")), item.get("n"));
        assertEquals(new Value.B("AQI="), item.get("b"));
        assertEquals(new Value.Bool(true), item.get("t"));
        assertEquals(new Value.Null(), item.get("z"));
        assertEquals(new Value.L(List.of(Value.string("x"), new Value.M(Map.of("k", Value.number(1))))), item.get("l"));
        assertEquals(Value.numbers(List.of("1", "2")), item.get("ns"));
        assertEquals(9, item.size());
        assertNull(event.shardId());
    }

    @Test
    void expiryIsToldByItsIdentity() throws Exception {
        String identity = "\"userIdentity\":{\"type\":\"Service\",\"principalId\":\"dynamodb.amazonaws.com\"},";
        String removed = RECORD.formatted(identity).replace("MODIFY", "REMOVE");
        assertEquals(
                true,
                StreamRecords.read(read("{\"Records\":[" + removed + "]}")
                                .records()
                                .getFirst())
                        .expired());
    }

    @Test
    void windowNamesItsShardAndState() throws Exception {
        EventJson event = read("{\"Records\":[],\"shardId\":\"shardId-1\",\"state\":{\"redrive\":\"true\"},"
                + "\"window\":{\"start\":\"2026-11-22T10:00:00Z\"},\"isFinalInvokeForWindow\":false}");
        assertEquals("shardId-1", event.shardId());
        assertEquals(Map.of("redrive", "true"), event.state());
    }

    @Test
    void onlyTheMalformedRecordIsMalformed() throws Exception {
        for (String broken : List.of(
                RECORD.formatted("").replace("\"N\":\"12.50\"", "\"N\":12.50"),
                RECORD.formatted("").replace("\"B\":\"AQI=\"", "\"B\":\"?\""),
                RECORD.formatted("").replace("\"S\":\"x\"", "\"X\":\"x\""),
                "{\"eventID\":\"1\"}",
                "{}",
                "7")) {
            EventJson event = read("{\"Records\":[" + broken + "," + RECORD.formatted("") + "]}");
            assertThrows(
                    MalformedRecordException.class,
                    () -> StreamRecords.read(event.records().getFirst()),
                    broken);
            StreamRecords.read(event.records().getLast());
        }
        assertThrows(IOException.class, () -> read("[]"));
        assertThrows(IOException.class, () -> read("{\"Records\":[}"));
        assertEquals(List.of(), read("{}").records());
    }

    @Test
    void answersUseTheKeyThatLambdaReads() {
        assertEquals("\"batchItemFailures\":[]", EventJson.failures(null));
        assertEquals("\"batchItemFailures\":[{\"itemIdentifier\":\"17\"}]", EventJson.failures("17"));
    }

    private static EventJson read(String json) throws IOException {
        return EventJson.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
    }
}
