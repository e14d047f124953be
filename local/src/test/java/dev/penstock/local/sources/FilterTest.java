package dev.penstock.local.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.streams.StreamRecord;
import dev.penstock.local.streams.StreamRecord.EventName;
import java.nio.charset.StandardCharsets;
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

    /** {@code null} compares with a JSON null; an attribute that is NULL is {@code {"NULL":true}}, as in any event. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'dynamodb':{'NewImage':{'a':{'NULL':[true]}}}}                          | true",
                "{'dynamodb':{'NewImage':{'a':[null]}}}                                   | false",
                "{'dynamodb':{'NewImage':{'a':{'NULL':[null]}}}}                          | false",
                "{'dynamodb':{'NewImage':{'a':{'NULL':[{'exists':true}]}}}}               | true",
                "{'dynamodb':{'NewImage':{'a':{'S':[{'exists':false}]}}}}                 | true",
                "{'dynamodb':{'NewImage':{'b':{'S':[{'exists':false}]}}}}                 | true",
                "{'dynamodb':{'OldImage':{'b':{'S':[{'exists':false}]}}}}                 | true",
            })
    void nullsAndAbsentLeaves(String pattern, boolean expected) {
        assertEquals(expected, matches(pattern, Map.of("a", AttributeValue.fromNul(true))));
    }

    /** The one number of an event that is a number in JSON too, beside SizeBytes: {@code 1772359200.0}. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "['=',1772359200]                    | true",
                "['=',1772359200.0]                  | true",
                "['=',1772359201]                    | false",
                "['<=',1772359200]                   | true",
                "['<=',1772359199]                   | false",
                "['>=',1772359200]                   | true",
                "['>=',1772359201]                   | false",
                "['>',1772359199,'<',1772359201]     | true",
                "['>=',1772359200,'<',1772359201]    | true",
                "['>',1772359199,'<=',1772359200]    | true",
                "['>',1772359200,'<=',1772359201]    | false",
                "['>',0,'<',1772359200]              | false",
            })
    void numericComparisons(String comparison, boolean expected) {
        assertEquals(
                expected,
                matches("{'dynamodb':{'ApproximateCreationDateTime':[{'numeric':" + comparison + "}]}}", Map.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[{'equals-ignore-case':'AbC'}]        | aBc   | true",
                "[{'equals-ignore-case':'AbC'}]        | abcd  | false",
                "[{'equals-ignore-case':'AbC'}]        | ab    | false",
                "[{'prefix':'us-'}]                    | Us-1  | false",
                "[{'prefix':'us-'}]                    | eu-us-| false",
                "[{'prefix':'us-'},{'suffix':'-1'}]    | eu-1  | true",
                "[{'prefix':'us-'},{'suffix':'-1'}]    | eu-2  | false",
                "['ABC']                               | abc   | false",
            })
    void comparisonsOfStringsAndWhatTheyDoNotMatch(String comparison, String value, boolean expected) {
        String alone = "{'dynamodb':{'NewImage':{'a':{'S':" + comparison + "}}}}";
        assertEquals(expected, matches(alone, Map.of("a", s(value))));
        String inOr = "{'$or':[{'eventName':['REMOVE']}," + alone + "]}";
        assertEquals(expected, matches(inOr, Map.of("a", s(value))));
    }

    /** As a JSON number 300 is 300.0; as the text of an N it is not, so an N is compared as it is written. */
    @Test
    void numbersOfOneValueAndTheirTexts() {
        String size = "{'dynamodb':{'SizeBytes':[%s]}}";
        byte[] record = json.record(stream.record(EventName.INSERT, "id_value", null, Map.of(), null));
        String text = new String(record, StandardCharsets.UTF_8);
        String bytes = text.replaceAll(".*\"SizeBytes\":([0-9]+).*", "$1");
        assertTrue(new Filter(List.of(size.formatted(bytes).replace('\'', '"'))).matches(record), text);
        assertTrue(new Filter(List.of(size.formatted(bytes + ".0").replace('\'', '"'))).matches(record), text);
        assertTrue(matches("{'dynamodb':{'NewImage':{'f':{'N':['300']}}}}", Map.of("f", n("300"))));
        assertFalse(matches("{'dynamodb':{'NewImage':{'f':{'N':['300.0']}}}}", Map.of("f", n("300"))));
    }

    /** Of a key that stands twice in a pattern the last one holds, as JSON parsers have it. */
    @Test
    void ofAKeyThatStandsTwiceTheLastHolds() {
        String pattern = "{'eventName':['REMOVE'],'eventName':['INSERT']}";
        assertTrue(matches(pattern, EventName.INSERT, Map.of()));
        assertFalse(matches(pattern, EventName.REMOVE, Map.of()));
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
