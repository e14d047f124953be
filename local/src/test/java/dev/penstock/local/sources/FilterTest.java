package dev.penstock.local.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.streams.StreamRecord;
import dev.penstock.local.streams.StreamRecord.EventName;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.lambda.model.FilterCriteria;

/** FilterCriteria: the cases marked "recorded" are outcomes recorded on AWS. */
class FilterTest {
    private final MemoryStream stream = new MemoryStream(() -> MemoryStream.second(0));
    private final EventJson json = new EventJson(MemoryStream.ARN, StreamViewType.NEW_AND_OLD_IMAGES);

    private boolean matches(String pattern, Map<String, AttributeValue> image) {
        return matches(pattern, EventName.INSERT, image);
    }

    private boolean matches(String pattern, EventName event, Map<String, AttributeValue> image) {
        byte[] record = json.record(stream.record(event, "id_value", null, image, null));
        return new Filter(List.of(pattern.replace('\'', '"'))).matches(record);
    }

    private static AttributeValue s(String value) {
        return AttributeValue.fromS(value);
    }

    private static AttributeValue n(String value) {
        return AttributeValue.fromN(value);
    }

    @Test
    void recordedEventNames() {
        assertTrue(matches("{'eventName':['INSERT']}", EventName.INSERT, Map.of()));
        assertFalse(matches("{'eventName':['INSERT']}", EventName.MODIFY, Map.of()));
        assertTrue(matches("{'eventName':['INSERT','MODIFY']}", EventName.MODIFY, Map.of()));
        assertTrue(matches("{'eventName':['INSERT'],'eventSource':['aws:dynamodb']}", EventName.INSERT, Map.of()));
        assertFalse(matches("{'eventName':['INSERT'],'eventSource':['aws:dynamodb']}", EventName.MODIFY, Map.of()));
    }

    @Test
    void recordedTypeKeyIsPartOfThePath() {
        String pattern = "{'dynamodb':{'NewImage':{'presentKey':{'S':['presentValue']}}}}";
        assertTrue(matches(pattern, Map.of("presentKey", s("presentValue"))));
        assertFalse(matches(pattern, Map.of("id", s("id_value_2"))));
        assertFalse(matches(
                "{'dynamodb':{'NewImage':{'presentKey':['presentValue']}}}", Map.of("presentKey", s("presentValue"))));
    }

    @Test
    void recordedExistsTrue() {
        String pattern = "{'dynamodb':{'NewImage':{'presentKey':{'S':[{'exists':true}]}}}}";
        assertTrue(matches(pattern, Map.of("presentKey", s("x"))));
        assertFalse(matches(pattern, Map.of("id", s("x"))));
    }

    /** Recorded: on an attribute's name, which is no leaf, exists:false matches though the attribute is there. */
    @Test
    void recordedExistsWorksOnLeavesOnly() {
        String pattern = "{'dynamodb':{'NewImage':{'presentKey':[{'exists':false}]}}}";
        assertTrue(matches(pattern, Map.of("id", s("id_value_1"))));
        assertTrue(matches(pattern, Map.of("presentKey", s("presentValue"))));
        String onLeaf = "{'dynamodb':{'NewImage':{'presentKey':{'S':[{'exists':false}]}}}}";
        assertFalse(matches(onLeaf, Map.of("presentKey", s("presentValue"))));
    }

    /** Recorded: numbers of DynamoDB are strings in the event, so numeric never matches, anything-but does. */
    @Test
    void recordedNumericNeverMatchesAnN() {
        String pattern = "{'dynamodb':{'NewImage':{'f':{'N':[{'numeric':['>',100]},{'anything-but':'101'}]}}}}";
        assertTrue(matches(pattern, Map.of("f", n("42"))));
        assertFalse(matches(pattern, Map.of("f", n("101"))));
        assertFalse(matches("{'dynamodb':{'NewImage':{'f':{'N':[{'numeric':['>',100]}]}}}}", Map.of("f", n("101"))));
        assertTrue(matches("{'dynamodb':{'NewImage':{'f':{'N':['101']}}}}", Map.of("f", n("101"))));
        assertFalse(matches("{'dynamodb':{'NewImage':{'f':{'N':[101]}}}}", Map.of("f", n("101"))));
    }

    @Test
    void recordedPrefix() {
        String pattern = "{'dynamodb':{'NewImage':{'prefix':{'S':[{'prefix':'us-1'}]}}}}";
        assertTrue(matches(pattern, Map.of("prefix", s("us-1-other-suffix"))));
        assertFalse(matches(pattern, Map.of("prefix", s("other-suffix"))));
    }

    @Test
    void recordedCreationTimeIsANumber() {
        assertTrue(matches("{'dynamodb':{'ApproximateCreationDateTime':[{'numeric':['>',0]}]}}", Map.of()));
        assertFalse(matches("{'dynamodb':{'ApproximateCreationDateTime':[{'numeric':['<',0]}]}}", Map.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'dynamodb':{'NewImage':{'a':{'S':[{'suffix':'.png'}]}}}}                | x.png | true",
                "{'dynamodb':{'NewImage':{'a':{'S':[{'suffix':'.png'}]}}}}                | x.gif | false",
                "{'dynamodb':{'NewImage':{'a':{'S':[{'equals-ignore-case':'ABC'}]}}}}     | abc   | true",
                "{'dynamodb':{'NewImage':{'a':{'S':[{'anything-but':['x','y']}]}}}}       | y     | false",
                "{'dynamodb':{'NewImage':{'a':{'S':[{'anything-but':['x','y']}]}}}}       | z     | true",
                "{'dynamodb':{'NewImage':{'a':{'S':['']}}}}                               | ``    | true",
                "{'$or':[{'eventName':['REMOVE']},{'dynamodb':{'Keys':{'id':{'S':['id_value']}}}}]} | z | true",
                "{'$or':[{'eventName':['REMOVE']},{'eventName':['MODIFY']}]}              | z     | false",
            })
    void operatorsOfLambda(String pattern, String value, boolean expected) {
        assertEquals(expected, matches(pattern, Map.of("a", s(value))));
    }

    @Test
    void ttlDeletesAreToldByTheirIdentity() {
        String pattern =
                "{'userIdentity':{'type':['Service'],'principalId':['dynamodb.amazonaws.com']}}".replace('\'', '"');
        Filter filter = new Filter(List.of(pattern));
        var ttl = stream.record(EventName.REMOVE, "a", Map.of(), null, StreamRecord.UserIdentity.TTL);
        var user = stream.record(EventName.REMOVE, "a", Map.of(), null, null);
        assertTrue(filter.matches(json.record(ttl)));
        assertFalse(filter.matches(json.record(user)));
    }

    @Test
    void filtersAreOred() {
        Filter filter = new Filter(List.of("{\"eventName\":[\"REMOVE\"]}", "{\"eventName\":[\"INSERT\"]}"));
        assertTrue(filter.matches(json.record(stream.record(EventName.INSERT, "a", null, Map.of(), null))));
        assertFalse(filter.matches(json.record(stream.record(EventName.MODIFY, "a", null, Map.of(), null))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "single-string",
                "[{\"eventName\": [\"INSERT\"",
                "\"text\"",
                "{\"eventName\":\"INSERT\"}",
                "{\"a\":[{\"wildcard\":\"x*\"}]}",
                "{\"a\":[{\"cidr\":\"10.0.0.0/8\"}]}",
                "{\"a\":[{\"anything-but\":{\"prefix\":\"x\"}}]}",
                "{\"a\":[{\"numeric\":[\">\"]}]}"
            })
    void aPatternThatIsNoneIsRefusedInLambdasWords(String pattern) {
        var refused = assertThrows(IllegalArgumentException.class, () -> new Filter(List.of(pattern)));
        assertEquals("Invalid filter pattern definition.", refused.getMessage());
    }

    @Test
    void recordsThatDoNotMatchAreConsumedWithoutAnInvocation() {
        Harness harness = new Harness(settings -> settings.batchSize(1)
                .filterCriteria(FilterCriteria.builder()
                        .filters(filter -> filter.pattern("{\"dynamodb\":{\"Keys\":{\"id\":{\"S\":[\"b\"]}}}}"))
                        .build()));
        harness.stream.insert("a");
        harness.stream.insert("b");
        var last = harness.stream.insert("c");
        harness.run();
        assertEquals(List.of(List.of("b")), harness.batches());
        assertEquals(
                last.sequenceNumber(),
                harness.checkpoints.load(Harness.UUID, "shard-0").orElseThrow().sequenceNumber());
        assertTrue(harness.sent.isEmpty());
    }
}
