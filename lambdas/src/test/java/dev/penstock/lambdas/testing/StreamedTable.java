package dev.penstock.lambdas.testing;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import com.amazonaws.services.lambda.runtime.events.models.dynamodb.Identity;
import com.amazonaws.services.lambda.runtime.events.models.dynamodb.StreamRecord;
import com.amazonaws.services.lambda.runtime.events.models.dynamodb.StreamViewType;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.tables.Items;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;

/** A source table on the engine, with the records that its stream would have for the writes made here. */
public final class StreamedTable {
    private static final BigInteger FIRST = new BigInteger("202328600001712385967261751");

    private final DynamoDbClient client;
    private final Table table;
    private String label;
    private final String region;
    private final List<DynamodbStreamRecord> records = new ArrayList<>();
    private BigInteger sequence = FIRST;
    private Instant now = Instant.parse("2026-11-22T10:15:30Z");

    public StreamedTable(DynamoDbClient client, Table table, String label) {
        this(client, table, label, "eu-central-1");
    }

    public StreamedTable(DynamoDbClient client, Table table, String label, String region) {
        this.client = client;
        this.table = table;
        this.label = label;
        this.region = region;
    }

    /** All records so far, in order. */
    public List<DynamodbStreamRecord> records() {
        return records;
    }

    public DynamodbStreamRecord last() {
        return records.getLast();
    }

    public Instant now() {
        return now;
    }

    /** Lets time pass. */
    public void advance(Duration by) {
        now = now.plus(by);
    }

    /**
     * The table of this name is another one from now on, restored with these items: its stream tells nothing of them, has
     * another label, and numbers that begin anew.
     */
    public void restored(String newLabel, List<Map<String, Value>> items) {
        client.scanPaginator(request -> request.tableName(table.name())).items().stream()
                .map(Items::fromSdk)
                .forEach(item -> client.deleteItem(
                        request -> request.tableName(table.name()).key(Items.toSdk(key(item)))));
        items.forEach(item ->
                client.putItem(request -> request.tableName(table.name()).item(Items.toSdk(item))));
        label = newLabel;
        sequence = BigInteger.valueOf(records.size());
    }

    /** ARN of its stream. */
    public String streamArn() {
        return streamArn(table, label).replace("eu-central-1", region);
    }

    private static String streamArn(Table table, String label) {
        return "arn:aws:dynamodb:eu-central-1:000000000000:table/" + table.name() + "/stream/" + label;
    }

    private Map<String, Value> key(Map<String, Value> item) {
        Map<String, Value> key = new HashMap<>();
        table.keyNames().forEach(name -> key.put(name, item.get(name)));
        return key;
    }

    /** Puts an item; a write that changes nothing makes no record. */
    public Optional<DynamodbStreamRecord> put(Map<String, Value> item) {
        var old = client.putItem(request ->
                        request.tableName(table.name()).item(Items.toSdk(item)).returnValues(ReturnValue.ALL_OLD))
                .attributes();
        return record(Items.fromSdk(old), item, false);
    }

    public Optional<DynamodbStreamRecord> delete(Map<String, Value> key) {
        return remove(key, false);
    }

    /** Deletes as TTL does. */
    public Optional<DynamodbStreamRecord> expire(Map<String, Value> key) {
        return remove(key, true);
    }

    /** The item as it is now; empty when there is none. */
    public Map<String, Value> get(Map<String, Value> key) {
        return Items.fromSdk(
                client.getItem(request -> request.tableName(table.name()).key(Items.toSdk(key)))
                        .item());
    }

    private Optional<DynamodbStreamRecord> remove(Map<String, Value> key, boolean expired) {
        var old = client.deleteItem(request ->
                        request.tableName(table.name()).key(Items.toSdk(key)).returnValues(ReturnValue.ALL_OLD))
                .attributes();
        return record(Items.fromSdk(old), Map.of(), expired);
    }

    private Optional<DynamodbStreamRecord> record(
            Map<String, Value> oldImage, Map<String, Value> newImage, boolean expired) {
        if (oldImage.equals(newImage)) {
            return Optional.empty();
        }
        sequence = sequence.add(BigInteger.valueOf(37));
        now = now.plusMillis(200);
        DynamodbStreamRecord made = record(table, label, sequence.toString(), now, oldImage, newImage, expired);
        made.setAwsRegion(region);
        made.setEventSourceARN(made.getEventSourceARN().replace("eu-central-1", region));
        records.add(made);
        return Optional.of(made);
    }

    /** A record as Lambda delivers it; an empty image is none. */
    public static DynamodbStreamRecord record(
            Table table,
            String label,
            String sequence,
            Instant time,
            Map<String, Value> oldImage,
            Map<String, Value> newImage,
            boolean expired) {
        StreamRecord data = new StreamRecord();
        data.setApproximateCreationDateTime(Date.from(Instant.ofEpochSecond(time.getEpochSecond())));
        Map<String, Value> key = new HashMap<>();
        table.keyNames().forEach(name -> key.put(name, (newImage.isEmpty() ? oldImage : newImage).get(name)));
        data.setKeys(EventItems.toEvent(key));
        if (!oldImage.isEmpty()) {
            data.setOldImage(EventItems.toEvent(oldImage));
        }
        if (!newImage.isEmpty()) {
            data.setNewImage(EventItems.toEvent(newImage));
        }
        data.setSequenceNumber(sequence);
        data.setSizeBytes(100L);
        data.setStreamViewType(StreamViewType.NEW_AND_OLD_IMAGES);
        DynamodbStreamRecord record = new DynamodbStreamRecord();
        record.setEventID("%032x".formatted(new BigInteger(sequence).mod(BigInteger.TWO.pow(120))));
        record.setEventName(newImage.isEmpty() ? "REMOVE" : oldImage.isEmpty() ? "INSERT" : "MODIFY");
        record.setEventVersion("1.1");
        record.setEventSource("aws:dynamodb");
        record.setAwsRegion("eu-central-1");
        record.setDynamodb(data);
        record.setEventSourceARN(streamArn(table, label));
        if (expired) {
            record.setUserIdentity(new Identity().withType("Service").withPrincipalId("dynamodb.amazonaws.com"));
        }
        return record;
    }
}
