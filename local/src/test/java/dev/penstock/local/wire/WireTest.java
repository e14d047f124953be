package dev.penstock.local.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.gateway.AwsError;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.backup.model.DescribeRecoveryPointResponse;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableResponse;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;

class WireTest {
    @Test
    void readsEveryDatatypeAndWritesItBack() {
        String body = """
                {"TableName":"t","Item":{"s":{"S":"x"},"n":{"N":"1.50"},"b":{"B":"AQI="},"t":{"BOOL":true},"z":{"NULL":true},\
                "l":{"L":[{"S":"a"},{"M":{}},{"L":[]}]},"ss":{"SS":["a","b"]},"ns":{"NS":["1"]},"bs":{"BS":["AQI="]}}}""";
        PutItemRequest request = Wire.read(body.getBytes(UTF_8), PutItemRequest.builder());
        assertEquals("1.50", request.item().get("n").n());
        assertEquals(
                SdkBytes.fromByteArray(new byte[] {1, 2}),
                request.item().get("b").b());
        assertTrue(request.item().get("l").l().get(1).hasM());
        assertEquals(body, new String(Wire.write(request), UTF_8));
    }

    @Test
    void keepsEmptyApartFromAbsent() {
        CreateTableRequest absent = Wire.read(bytes("{\"Tags\":null}"), CreateTableRequest.builder());
        CreateTableRequest empty = Wire.read(bytes("{\"Tags\":[]}"), CreateTableRequest.builder());
        assertFalse(absent.hasTags());
        assertTrue(empty.hasTags());
        assertEquals("{\"Tags\":[]}", new String(Wire.write(empty), UTF_8));
        assertEquals("{}", new String(Wire.write(absent), UTF_8));
    }

    @Test
    void readsNestedStructuresInListsInMaps() {
        BatchWriteItemRequest request = Wire.read(
                bytes(
                        "{\"Future\":{\"a\":[1,{}]},\"RequestItems\":{\"t\":[{\"PutRequest\":{\"Item\":{\"id\":{\"S\":\"1\"}}}}]}}"),
                BatchWriteItemRequest.builder());
        assertEquals(
                Map.of("id", AttributeValue.fromS("1")),
                request.requestItems().get("t").getFirst().putRequest().item());
    }

    @Test
    void writesTimesAsEpochSeconds() {
        DescribeTableResponse response = DescribeTableResponse.builder()
                .table(t -> t.creationDateTime(Instant.ofEpochMilli(1_700_000_000_123L)))
                .build();
        assertEquals("{\"Table\":{\"CreationDateTime\":1700000000.123}}", new String(Wire.write(response), UTF_8));
        DescribeRecoveryPointResponse whole = DescribeRecoveryPointResponse.builder()
                .creationDate(Instant.ofEpochSecond(1_700_000_000))
                .build();
        assertEquals("{\"CreationDate\":1700000000}", new String(Wire.write(whole), UTF_8));
        assertEquals(
                whole.creationDate(),
                Wire.read(Wire.write(whole), DescribeRecoveryPointResponse.builder())
                        .creationDate());
    }

    @Test
    void readsIntegersAsAwsDoes() {
        assertEquals(
                5, Wire.read(bytes("{\"Limit\":5.9}"), ScanRequest.builder()).limit());
        assertTrue(Wire.read(bytes("{\"ConsistentRead\":\"TRUE\"}"), ScanRequest.builder())
                .consistentRead());
    }

    @Test
    void keepsValuesOfNoTypeOrTwoForTheLaterCheck() {
        PutItemRequest request = Wire.read(
                bytes("{\"Item\":{\"none\":{},\"null\":null,\"two\":{\"S\":\"a\",\"N\":\"1\"},\"deep\":{\"L\":[{}]}}}"),
                PutItemRequest.builder());
        assertEquals(
                "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
                refusal(request.item().get("none")));
        assertEquals(refusal(request.item().get("none")), refusal(request.item().get("null")));
        assertEquals(refusal(request.item().get("none")), refusal(request.item().get("deep")));
        assertEquals(
                "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
                refusal(request.item().get("two")));
        AttributeValues.requireOneType(AttributeValue.fromL(List.of()));
    }

    private static String refusal(AttributeValue value) {
        return assertThrows(AwsError.class, () -> AttributeValues.requireOneType(value))
                .getMessage();
    }

    /** Recorded answers of DynamoDB. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            {"IndexName":true}|TRUE_VALUE cannot be converted to String
            {"IndexName":false}|FALSE_VALUE cannot be converted to String
            {"IndexName":23}|NUMBER_VALUE cannot be converted to String
            {"IndexName":34.56}|DECIMAL_VALUE cannot be converted to String
            {"IndexName":[]}|Unrecognized collection type class java.lang.String
            {"IndexName":{}}|Start of structure or map found where not expected
            {"Limit":"23"}|STRING_VALUE cannot be converted to Integer
            {"Limit":true}|TRUE_VALUE cannot be converted to Integer
            {"Limit":[]}|Unrecognized collection type class java.lang.Integer
            {"ConsistentRead":"abc"}|Unexpected token received from parser
            {"ConsistentRead":0}|NUMBER_VALUE cannot be converted to Boolean
            {"AttributesToGet":"a"}|Unexpected field type
            {"AttributesToGet":{}}|Start of structure or map found where not expected
            {"ExpressionAttributeNames":5}|Unexpected field type
            {"ExpressionAttributeNames":[]}|Unrecognized collection type java.util.Map<java.lang.String, java.lang.String>
            {"ExclusiveStartKey":[]}|Unrecognized collection type java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValue>
            {"ExclusiveStartKey":{"a":5}}|Unexpected value type in payload
            {"ExclusiveStartKey":{"a":[]}}|Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue
            {"ExclusiveStartKey":{"a":{"S":1}}}|NUMBER_VALUE cannot be converted to String
            {"ExclusiveStartKey":{"a":{"N":1}}}|NUMBER_VALUE cannot be converted to String
            {"ExclusiveStartKey":{"a":{"BOOL":1}}}|NUMBER_VALUE cannot be converted to Boolean
            {"ExclusiveStartKey":{"a":{"SS":"a"}}}|Unexpected field type
            {"ExclusiveStartKey":{"a":{"SS":[1]}}}|NUMBER_VALUE cannot be converted to String
            {"ExclusiveStartKey":{"a":{"L":{}}}}|Start of structure or map found where not expected
            {"ExclusiveStartKey":{"a":{"L":[1]}}}|Unexpected value type in payload
            {"ExclusiveStartKey":{"a":{"B":5}}}|only base-64-encoded strings are convertible to bytes
            {"ExclusiveStartKey":{"a":{"B":[]}}}|Unrecognized collection type class java.nio.ByteBuffer
            {"ExclusiveStartKey":{"a":{"B":"23456"}}}|Base64 encoded length is expected a multiple of 4 bytes but found: 5
            {"ExclusiveStartKey":{"a":{"B":"=+/="}}}|Invalid last non-pad Base64 character dectected
            """)
    void refusesWrongTypesInAwsWords(String body, String message) {
        AwsError error = assertThrows(AwsError.class, () -> Wire.read(bytes(body), ScanRequest.builder()));
        assertEquals("SerializationException", error.code());
        assertEquals(400, error.status());
        assertEquals(message, error.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\0',
            delimiter = '|',
            value = {"{", "{\"a\":}", "nonsense", "{} {}", "[]", "\"a\"", "5"})
    void refusesWhatIsNoJsonObject(String body) {
        AwsError error = assertThrows(AwsError.class, () -> Wire.read(bytes(body), ScanRequest.builder()));
        assertEquals("SerializationException", error.code());
    }

    @Test
    void refusesEmptyBodiesAndBottomlessNesting() {
        assertThrows(AwsError.class, () -> Wire.read(new byte[0], ScanRequest.builder()));
        String deep = "{\"ExclusiveStartKey\":{\"a\":" + "{\"L\":[".repeat(500);
        assertThrows(AwsError.class, () -> Wire.read(bytes(deep), ScanRequest.builder()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
