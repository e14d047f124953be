package dev.penstock.local.dynamodb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.local.dynamodb.RawClient.Answer;
import dev.penstock.local.expiry.RegionExpiry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sequences of writes and the stream records they gave on AWS, sizes included (recorded AWS answers). */
class RecordedStreamsTest {
    @TempDir
    Path folder;

    private LocalDynamoDb local;
    private RawClient client;

    @BeforeEach
    void start() {
        local = new LocalDynamoDb(folder);
        client = new RawClient(local.gateway.endpoint());
    }

    @AfterEach
    void stop() {
        client.close();
        local.close();
    }

    @Test
    void batchWrites() throws Exception {
        String arn = create("Tab", "id", "NEW_AND_OLD_IMAGES");
        send("PutItem", "{'TableName':'Tab','Item':{'id':{'S':'Fred'}}}");
        send(
                "BatchWriteItem",
                "{'RequestItems':{'Tab':[{'PutRequest':{'Item':{'id':{'S':'Fred'}}}},{'PutRequest':{'Item':{'id':{'S':'NewKey'}}}}]}}");
        send(
                "BatchWriteItem",
                "{'RequestItems':{'Tab':[{'DeleteRequest':{'Key':{'id':{'S':'NewKey'}}}},"
                        + "{'PutRequest':{'Item':{'id':{'S':'Fred'},'name':{'S':'Fred'}}}}]}}");
        assertEquals(
                List.of(
                        "INSERT Fred null -> {id=Fred} 12",
                        "INSERT NewKey null -> {id=NewKey} 16",
                        "REMOVE NewKey {id=NewKey} -> null 16",
                        "MODIFY Fred {id=Fred} -> {id=Fred, name=Fred} 26"),
                records(arn));
    }

    @Test
    void transactions() throws Exception {
        String arn = create("Tab", "id", "NEW_AND_OLD_IMAGES");
        send("PutItem", "{'TableName':'Tab','Item':{'id':{'S':'Fred'}}}");
        send("TransactWriteItems", "{'TransactItems':[" + put("Fred", "") + "," + put("NewKey", "") + "]}");
        send("TransactWriteItems", "{'TransactItems':[" + set("NewKey", "attr1", "attr2") + "]}");
        send("TransactWriteItems", "{'TransactItems':[" + set("NonExistentKey", "attr1") + "]}");
        send(
                "TransactWriteItems",
                "{'TransactItems':[{'Delete':{'TableName':'Tab','Key':{'id':{'S':'NewKey'}}}},"
                        + put("Fred", ",'name':{'S':'Fred'}") + "," + set("NonExistentKey", "attr1") + "]}");
        assertEquals(
                List.of(
                        "INSERT Fred null -> {id=Fred} 12",
                        "INSERT NewKey null -> {id=NewKey} 16",
                        "MODIFY NewKey {id=NewKey} -> {attr1=value1, attr2=value2, id=NewKey} 46",
                        "INSERT NonExistentKey null -> {attr1=value1, id=NonExistentKey} 43",
                        "REMOVE NewKey {attr1=value1, attr2=value2, id=NewKey} -> null 38",
                        "MODIFY Fred {id=Fred} -> {id=Fred, name=Fred} 26"),
                records(arn));
    }

    @Test
    void aTransactionOverTwoTablesShowsInTheStreamThatIsEnabled() throws Exception {
        String arn = create("Tab", "id", "NEW_AND_OLD_IMAGES");
        create("Silent", "id", null);
        send(
                "TransactWriteItems",
                "{'TransactItems':[" + put("Fred", "")
                        + ",{'Put':{'TableName':'Silent','Item':{'id':{'S':'Fred'}}}}]}");
        assertEquals(List.of("INSERT Fred null -> {id=Fred} 12"), records(arn));
    }

    @Test
    void updates() throws Exception {
        String arn = create("Tab", "id", "NEW_AND_OLD_IMAGES");
        String update =
                "{'TableName':'Tab','Key':{'id':{'S':'my-item-id'}},'UpdateExpression':'SET attr1 = :a, attr2 = :b',"
                        + "'ExpressionAttributeValues':{':a':{'S':'%s'},':b':{'S':'%s'}}}";
        send("UpdateItem", update.formatted("value1", "value2"));
        send("UpdateItem", update.formatted("value1", "value2"));
        send("UpdateItem", update.formatted("value2", "value3"));
        assertEquals(
                List.of(
                        "INSERT my-item-id null -> {attr1=value1, attr2=value2, id=my-item-id} 46",
                        "MODIFY my-item-id {attr1=value1, attr2=value2, id=my-item-id} ->"
                                + " {attr1=value2, attr2=value3, id=my-item-id} 80"),
                records(arn));
    }

    @Test
    void keysOnly() throws Exception {
        String arn = create("Tab", "Username", "KEYS_ONLY");
        for (String name : List.of("Fred", "Alice")) {
            send("PutItem", "{'TableName':'Tab','Item':{'Username':{'S':'" + name + "'}}}");
            send(
                    "UpdateItem",
                    "{'TableName':'Tab','Key':{'Username':{'S':'" + name + "'}},'UpdateExpression':'SET S = :r',"
                            + "'ExpressionAttributeValues':{':r':{'S':'changed'}}}");
            send("DeleteItem", "{'TableName':'Tab','Key':{'Username':{'S':'" + name + "'}}}");
        }
        assertEquals(
                List.of(
                        "INSERT Fred null -> null 12",
                        "MODIFY Fred null -> null 12",
                        "REMOVE Fred null -> null 12",
                        "INSERT Alice null -> null 13",
                        "MODIFY Alice null -> null 13",
                        "REMOVE Alice null -> null 13"),
                records(arn));
    }

    @Test
    void aNewImageWithABinaryValue() throws Exception {
        String arn = create("Tab", "my_partition_key", "NEW_IMAGE");
        send(
                "PutItem",
                "{'TableName':'Tab','Item':{'my_partition_key':{'S':'hello world'},'binary_key':{'B':'Zm9vYmFy'}}}");
        JsonNode record = read(arn).getFirst();
        assertEquals("Zm9vYmFy", record.at("/dynamodb/NewImage/binary_key/B").asText());
        assertEquals(70, record.at("/dynamodb/SizeBytes").asInt());
        assertFalse(record.path("dynamodb").has("OldImage"));
    }

    /** Names and values in UTF-8, binary decoded, a number by its digits, one byte for each of BOOL and NULL. */
    @Test
    void sizesCountNamesAndValues() throws Exception {
        String arn = create("Tab", "id", "NEW_AND_OLD_IMAGES");
        send(
                "PutItem",
                "{'TableName':'Tab','Item':{'id':{'S':'\u00e9'},'n':{'N':'101'},'b':{'B':'Zm9vYmFy'},"
                        + "'t':{'BOOL':true},'u':{'NULL':true}}}");
        // Keys 2 + 2; image 2 + 2, 1 + 3, 1 + 6, 1 + 1, 1 + 1.
        assertEquals(
                4 + 4 + 4 + 7 + 2 + 2,
                read(arn).getFirst().at("/dynamodb/SizeBytes").asInt());
    }

    /** The identity is that of the documentation ("DynamoDB Streams and Time to Live"). */
    @Test
    void aTimeToLiveDeleteSaysWhoDidIt() throws Exception {
        String arn = create("Tab", "id", "NEW_AND_OLD_IMAGES");
        send(
                "UpdateTimeToLive",
                "{'TableName':'Tab','TimeToLiveSpecification':{'Enabled':true,'AttributeName':'until'}}");
        send("PutItem", "{'TableName':'Tab','Item':{'id':{'S':'Fred'},'until':{'N':'1772366400'}}}");
        local.clock.advance(Duration.ofDays(3));
        try (RegionExpiry expiry = new RegionExpiry(local.store, Duration.ZERO)) {
            expiry.doWork();
        }
        // What was written three days ago is trimmed.
        JsonNode removed = read(arn).getLast();
        assertEquals("REMOVE", removed.path("eventName").asText());
        // The API writes these members with a capital, events of Lambda without.
        assertEquals(
                "dynamodb.amazonaws.com",
                removed.at("/userIdentity/PrincipalId").asText());
        assertEquals("Service", removed.at("/userIdentity/Type").asText());
        assertEquals(2, removed.path("userIdentity").size());
    }

    /** The SDK knows the type since 2026; it is read as Kinesis does it. */
    @Test
    void anIteratorAtATimeBeginsThere() throws Exception {
        String arn = create("Tab", "id", "KEYS_ONLY");
        send("PutItem", "{'TableName':'Tab','Item':{'id':{'S':'early'}}}");
        local.clock.advance(Duration.ofMinutes(10));
        send("PutItem", "{'TableName':'Tab','Item':{'id':{'S':'late'}}}");
        long late = local.clock.instant().getEpochSecond();
        assertEquals(List.of("early", "late"), idsFrom(arn, "" + (late - 86_000)));
        assertEquals(List.of("late"), idsFrom(arn, "" + late));
        assertEquals(List.of("late"), idsFrom(arn, (late - 599) + ".5"));
        local.clock.advance(Duration.ofSeconds(2));
        assertEquals(List.of(), idsFrom(arn, "" + (late + 1)));
        local.clock.advance(Duration.ofHours(25));
        send("PutItem", "{'TableName':'Tab','Item':{'id':{'S':'next day'}}}");
        assertEquals(List.of("next day"), idsFrom(arn, "" + late), "the rest is trimmed, which is no error");
        Answer future = client.send(
                "DynamoDBStreams_20120810.GetShardIterator",
                atTime(arn, "" + (late + 10_000_000)).replace('\'', '"'));
        assertEquals("ValidationException", future.code(), future.toString());
    }

    private String atTime(String arn, String time) throws Exception {
        String shard = send("DynamoDBStreams_20120810.DescribeStream", "{'StreamArn':'" + arn + "'}")
                .at("/StreamDescription/Shards/0/ShardId")
                .asText();
        return "{'StreamArn':'" + arn + "','ShardId':'" + shard + "','ShardIteratorType':'AT_TIMESTAMP','Timestamp':"
                + time + "}";
    }

    private List<String> idsFrom(String arn, String time) throws Exception {
        String iterator = send("DynamoDBStreams_20120810.GetShardIterator", atTime(arn, time))
                .path("ShardIterator")
                .asText();
        List<String> ids = new ArrayList<>();
        send("DynamoDBStreams_20120810.GetRecords", "{'ShardIterator':'" + iterator + "'}")
                .path("Records")
                .forEach(record -> ids.add(record.at("/dynamodb/Keys/id/S").asText()));
        return ids;
    }

    private static String put(String id, String more) {
        return "{'Put':{'TableName':'Tab','Item':{'id':{'S':'" + id + "'}" + more + "}}}";
    }

    private static String set(String id, String... names) {
        List<String> sets = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (int i = 1; i <= names.length; i++) {
            sets.add(names[i - 1] + " = :v" + i);
            values.add("':v" + i + "':{'S':'value" + i + "'}");
        }
        return "{'Update':{'TableName':'Tab','Key':{'id':{'S':'" + id + "'}},'UpdateExpression':'SET "
                + String.join(", ", sets) + "','ExpressionAttributeValues':{" + String.join(",", values) + "}}}";
    }

    private String create(String table, String key, String view) throws Exception {
        String stream =
                view == null ? "" : ",'StreamSpecification':{'StreamEnabled':true,'StreamViewType':'" + view + "'}";
        return send(
                        "CreateTable",
                        "{'TableName':'" + table + "','BillingMode':'PAY_PER_REQUEST','KeySchema':[{'AttributeName':'"
                                + key
                                + "','KeyType':'HASH'}],'AttributeDefinitions':[{'AttributeName':'" + key
                                + "','AttributeType':'S'}]" + stream + "}")
                .at("/TableDescription/LatestStreamArn")
                .asText();
    }

    private JsonNode send(String operation, String body) throws Exception {
        Answer answer = client.send(operation, body.replace('\'', '"'));
        assertEquals(200, answer.status(), answer.toString());
        return answer.json();
    }

    private List<String> records(String arn) throws Exception {
        return read(arn).stream()
                .map(record -> record.path("eventName").asText() + " "
                        + record.at("/dynamodb/Keys")
                                .elements()
                                .next()
                                .path("S")
                                .asText() + " "
                        + image(record.at("/dynamodb/OldImage")) + " -> " + image(record.at("/dynamodb/NewImage")) + " "
                        + record.at("/dynamodb/SizeBytes").asInt())
                .toList();
    }

    private static String image(JsonNode image) {
        if (image.isMissingNode()) {
            return "null";
        }
        var values = new TreeMap<String, String>();
        image.properties()
                .forEach(field ->
                        values.put(field.getKey(), field.getValue().path("S").asText()));
        return values.toString();
    }

    private List<JsonNode> read(String arn) throws Exception {
        String streams = "DynamoDBStreams_20120810.";
        JsonNode stream = send(streams + "DescribeStream", "{'StreamArn':'" + arn + "'}");
        String shard = stream.at("/StreamDescription/Shards/0/ShardId").asText();
        String view = stream.at("/StreamDescription/StreamViewType").asText();
        String iterator = send(
                        streams + "GetShardIterator",
                        "{'StreamArn':'" + arn + "','ShardId':'" + shard + "','ShardIteratorType':'TRIM_HORIZON'}")
                .path("ShardIterator")
                .asText();
        List<JsonNode> records = new ArrayList<>();
        send(streams + "GetRecords", "{'ShardIterator':'" + iterator + "'}")
                .path("Records")
                .forEach(records::add);
        records.forEach(record -> assertForm(record, view));
        return records;
    }

    /** What every record has, and nothing else; the images are compared by who asked for them. */
    private static void assertForm(JsonNode record, String view) {
        Set<String> members = new TreeSet<>();
        record.fieldNames().forEachRemaining(members::add);
        members.remove("userIdentity");
        assertEquals(
                Set.of("eventID", "eventName", "eventVersion", "eventSource", "awsRegion", "dynamodb"),
                members,
                record.toString());
        assertTrue(record.path("eventID").asText().matches("[0-9a-f]{32}"), "eventID of " + record);
        assertEquals("1.1", record.path("eventVersion").asText());
        assertEquals("aws:dynamodb", record.path("eventSource").asText());
        assertEquals("eu-central-1", record.path("awsRegion").asText());
        members.clear();
        record.path("dynamodb").fieldNames().forEachRemaining(members::add);
        members.removeAll(Set.of("NewImage", "OldImage"));
        assertEquals(
                Set.of("ApproximateCreationDateTime", "Keys", "SequenceNumber", "SizeBytes", "StreamViewType"),
                members,
                record.toString());
        assertEquals(view, record.at("/dynamodb/StreamViewType").asText());
    }
}
