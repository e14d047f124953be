package dev.penstock.local.dynamodb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.local.dynamodb.RawClient.Answer;
import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/**
 * Every operation that the SDK knows of DynamoDB and its streams, fed with what no program should send: each is
 * refused with status 400 and an error of AWS's, or says with 501 that it is not simulated. Never a 500, never a hang.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AnyOperationTest {
    /** What exists on AWS and is not simulated; docs/FIDELITY.md has a row for each. */
    private static final Set<String> NOT_SIMULATED = Set.of(
            "DescribeContributorInsights",
            "DescribeTableReplicaAutoScaling",
            "ListContributorInsights",
            "SearchVectors",
            "UpdateContributorInsights",
            "UpdateTableReplicaAutoScaling");

    /** They need nothing. */
    private static final Set<String> TAKE_AN_EMPTY_REQUEST = Set.of(
            "DescribeEndpoints",
            "DescribeLimits",
            "ListBackups",
            "ListExports",
            "ListGlobalTables",
            "ListImports",
            "ListStreams",
            "ListTables");

    private static final ObjectMapper JSON = new ObjectMapper();
    private final LocalRuntime runtime = LocalRuntime.start(Options.inMemory());
    private final RawClient client = new RawClient(runtime.endpoint());

    /** An operation and the builder of its request. */
    record Operation(String name, boolean ofStreams, SdkPojo request) {
        List<SdkField<?>> members() {
            return request.sdkFields();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Operation> operations() {
        Map<String, Operation> found = new TreeMap<>();
        Stream.of(DynamoDbClient.class, DynamoDbStreamsClient.class)
                .forEach(client -> Arrays.stream(client.getMethods())
                        .filter(method -> method.getParameterCount() == 1
                                && method.getParameterTypes()[0].getSimpleName().endsWith("Request")
                                && method.getReturnType().getSimpleName().endsWith("Response"))
                        .forEach(method -> {
                            Class<?> type = method.getParameterTypes()[0];
                            String name = type.getSimpleName().replaceAll("Request$", "");
                            found.put(name, new Operation(name, client == DynamoDbStreamsClient.class, builder(type)));
                        }));
        return List.copyOf(found.values());
    }

    private static SdkPojo builder(Class<?> type) {
        try {
            return (SdkPojo) type.getMethod("builder").invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(type + " has no builder", e);
        }
    }

    @AfterAll
    void stop() {
        client.close();
        runtime.close();
    }

    @BeforeAll
    void makeTable() throws Exception {
        Answer made = client.send(
                "CreateTable",
                "{\"TableName\":\"Things\",\"BillingMode\":\"PAY_PER_REQUEST\",\"KeySchema\":[{\"AttributeName\":\"id\","
                        + "\"KeyType\":\"HASH\"}],\"AttributeDefinitions\":[{\"AttributeName\":\"id\","
                        + "\"AttributeType\":\"S\"}]}");
        assertEquals(200, made.status(), made.toString());
    }

    @ParameterizedTest
    @MethodSource("operations")
    void malformedJsonIsASerializationException(Operation operation) throws Exception {
        for (String body : List.of(
                "{",
                "nonsense",
                "[]",
                "\"text\"",
                "5",
                "{}{}",
                "{\"a\":}",
                "{\"TableName\":\"Things\"",
                "\u0000",
                "")) {
            Answer answer = send(operation, body);
            refused(operation, body, answer);
            if (answer.status() == 400) {
                assertEquals("com.amazon.coral.service#SerializationException", answer.type(), body + answer);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void aMemberOfAWrongTypeIsASerializationException(Operation operation) throws Exception {
        for (SdkField<?> member : operation.members()) {
            for (String wrong : wrong(member.marshallingType())) {
                String body = "{\"" + member.memberName() + "\":" + wrong + "}";
                Answer answer = send(operation, body);
                refused(operation, body, answer);
                if (answer.status() == 400) {
                    assertEquals("com.amazon.coral.service#SerializationException", answer.type(), body + answer);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void whatIsRequiredIsMissed(Operation operation) throws Exception {
        for (String body : List.of("{}", nulls(operation), "{\"NoSuchMember\":{\"x\":[1,2]}}")) {
            Answer answer = send(operation, body);
            if (TAKE_AN_EMPTY_REQUEST.contains(operation.name)) {
                assertEquals(200, answer.status(), body + answer);
                continue;
            }
            refused(operation, body, answer);
            if (answer.status() == 400) {
                assertEquals("com.amazon.coral.validate#ValidationException", answer.type(), body + answer);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void aTableThatDoesNotExistIsNotFound(Operation operation) throws Exception {
        if (operation.members().stream().noneMatch(AnyOperationTest::namesATable)) {
            return;
        }
        String body = plausible(operation, "Nowhere");
        Answer answer = send(operation, body);
        if (operation.name.equals("CreateTable")
                || (operation.name.startsWith("List") && !NOT_SIMULATED.contains(operation.name))) {
            assertTrue(answer.status() < 500, answer.toString());
            return;
        }
        refused(operation, body, answer);
        if (answer.status() == 400) {
            assertTrue(answer.type().endsWith("NotFoundException"), operation + " " + body + " -> " + answer);
        }
    }

    private static boolean namesATable(SdkField<?> member) {
        return member.memberName().equals("TableName") || member.memberName().equals("SourceTableName");
    }

    /** A body that would do if its table existed. */
    private static String plausible(Operation operation, String table) {
        ObjectNode body = JSON.createObjectNode();
        for (SdkField<?> member : operation.members()) {
            if (namesATable(member)) {
                body.put(member.memberName(), table);
            } else {
                value(member.memberName()).ifPresent(value -> body.set(member.memberName(), value));
            }
        }
        return body.toString();
    }

    private static Optional<JsonNode> value(String member) {
        String json = switch (member) {
            case "Item", "Key" -> "{\"id\":{\"S\":\"1\"}}";
            case "KeyConditionExpression" -> "\"id = :id\"";
            case "ExpressionAttributeValues" -> "{\":id\":{\"S\":\"1\"}}";
            case "TimeToLiveSpecification" -> "{\"Enabled\":true,\"AttributeName\":\"until\"}";
            case "PointInTimeRecoverySpecification" -> "{\"PointInTimeRecoveryEnabled\":true}";
            case "BackupName", "TargetTableName" -> "\"Somewhere\"";
            case "UseLatestRestorableTime" -> "true";
            case "StreamArn" -> "\"arn:aws:kinesis:us-east-1:000000000000:stream/changes\"";
            case "UpdateKinesisStreamingConfiguration" -> "{\"ApproximateCreationDateTimePrecision\":\"MICROSECOND\"}";
            default -> "";
        };
        try {
            return json.isEmpty() ? Optional.empty() : Optional.of(JSON.readTree(json));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String nulls(Operation operation) {
        ObjectNode body = JSON.createObjectNode();
        operation.members().forEach(member -> body.putNull(member.memberName()));
        return body.toString();
    }

    private static List<String> wrong(MarshallingType<?> type) {
        List<String> wrong = new ArrayList<>(List.of("[[]]", "{\"a\":{\"b\":5}}", "\"text\"", "5.5", "true"));
        if (type.equals(MarshallingType.STRING)) {
            wrong.remove("\"text\"");
        } else if (type.equals(MarshallingType.BOOLEAN)) {
            wrong.remove("true");
        } else if (type.equals(MarshallingType.LIST)) {
            wrong.remove("[[]]");
        } else if (type.equals(MarshallingType.MAP) || type.equals(MarshallingType.SDK_POJO)) {
            wrong.remove("{\"a\":{\"b\":5}}");
        } else {
            wrong.remove("5.5"); // an integer, of which AWS takes the whole part, or a time
        }
        return wrong;
    }

    private static void refused(Operation operation, String body, Answer answer) {
        if (NOT_SIMULATED.contains(operation.name)) {
            assertEquals(501, answer.status(), operation + " " + body + " -> " + answer);
            assertTrue(answer.message().contains(operation.name), answer.toString());
        } else {
            assertEquals(400, answer.status(), operation + " " + body + " -> " + answer);
            assertTrue(answer.type().contains("#"), answer.toString());
            assertTrue(!answer.message().isEmpty(), answer.toString());
        }
    }

    private Answer send(Operation operation, String body) throws Exception {
        return client.send((operation.ofStreams ? "DynamoDBStreams_20120810." : "") + operation.name, body);
    }
}
