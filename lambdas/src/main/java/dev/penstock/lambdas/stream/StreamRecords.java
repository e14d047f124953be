package dev.penstock.lambdas.stream;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import com.amazonaws.services.lambda.runtime.events.models.dynamodb.AttributeValue;
import com.amazonaws.services.lambda.runtime.events.models.dynamodb.Identity;
import com.amazonaws.services.lambda.runtime.events.models.dynamodb.StreamRecord;
import dev.penstock.lambdas.item.Value;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads Lambda's stream records. */
public final class StreamRecords {
    private static final Pattern STREAM_ARN =
            Pattern.compile("arn:[^:]+:dynamodb:([^:]*):([^:]*):table/([^/]+)/stream/(.+)");

    private static final String SEQUENCE_NUMBER = "[0-9]{1,40}";

    private StreamRecords() {}

    /**
     * The change that a record tells.
     *
     * @throws MalformedRecordException when a part is missing that every record of a stream with both images has
     */
    public static ItemChange read(DynamodbStreamRecord record) throws MalformedRecordException {
        StreamRecord data = need(record.getDynamodb(), "dynamodb");
        Matcher arn = STREAM_ARN.matcher(need(record.getEventSourceARN(), "eventSourceARN"));
        String sequenceNumber = need(data.getSequenceNumber(), "dynamodb.SequenceNumber");
        if (!arn.matches() || !sequenceNumber.matches(SEQUENCE_NUMBER)) {
            throw new MalformedRecordException("eventSourceARN " + record.getEventSourceARN() + " or sequence number "
                    + sequenceNumber + " is not of a DynamoDB stream");
        }
        ItemChange.Kind kind = kind(need(record.getEventName(), "eventName"));
        Map<String, Value> key = item(need(data.getKeys(), "dynamodb.Keys"));
        boolean inserted = kind == ItemChange.Kind.INSERT;
        boolean removed = kind == ItemChange.Kind.REMOVE;
        return new ItemChange(
                need(record.getEventID(), "eventID"),
                kind,
                sequenceNumber,
                arn.group(1) + "/" + arn.group(2),
                arn.group(3),
                arn.group(4),
                need(data.getApproximateCreationDateTime(), "dynamodb.ApproximateCreationDateTime")
                        .toInstant(),
                key,
                inserted ? null : item(need(data.getOldImage(), "dynamodb.OldImage")),
                removed ? null : item(need(data.getNewImage(), "dynamodb.NewImage")),
                removed && isTimeToLive(record.getUserIdentity()));
    }

    private static boolean isTimeToLive(@Nullable Identity identity) {
        return identity != null
                && "Service".equals(identity.getType())
                && "dynamodb.amazonaws.com".equals(identity.getPrincipalId());
    }

    /**
     * A record's place in a stream.
     *
     * @param table physical name of the source
     * @param label of the stream
     */
    public record Place(String table, String label, String sequenceNumber) {}

    /** Where a record stands, whatever else is wrong with it; none when it does not tell. */
    public static Optional<Place> place(DynamodbStreamRecord record) {
        StreamRecord data = record.getDynamodb();
        String number = data == null ? null : data.getSequenceNumber();
        String source = record.getEventSourceARN();
        if (number == null || source == null || !number.matches(SEQUENCE_NUMBER)) {
            return Optional.empty();
        }
        Matcher arn = STREAM_ARN.matcher(source);
        return arn.matches() ? Optional.of(new Place(arn.group(3), arn.group(4), number)) : Optional.empty();
    }

    /** Whether it is the ARN of a DynamoDB stream. */
    public static boolean isStream(String arn) {
        return STREAM_ARN.matcher(arn).matches();
    }

    /**
     * A stream as {@link ItemChange#stream} names it.
     *
     * @param arn of the stream
     * @throws IllegalArgumentException when it is none
     */
    public static String stream(String arn) {
        Matcher parts = STREAM_ARN.matcher(arn);
        if (!parts.matches()) {
            throw new IllegalArgumentException(arn + " is no ARN of a DynamoDB stream");
        }
        return parts.group(1) + "/" + parts.group(2) + "/" + parts.group(4);
    }

    private static ItemChange.Kind kind(String name) throws MalformedRecordException {
        for (ItemChange.Kind kind : ItemChange.Kind.values()) {
            if (kind.name().equals(name)) {
                return kind;
            }
        }
        throw new MalformedRecordException("eventName " + name + "; allowed: INSERT, MODIFY, REMOVE");
    }

    private static <T> T need(@Nullable T part, String name) throws MalformedRecordException {
        if (part == null) {
            throw new MalformedRecordException("the record has no " + name);
        }
        return part;
    }

    /** An image as plain values. */
    public static Map<String, Value> item(Map<String, AttributeValue> image) throws MalformedRecordException {
        Map<String, Value> item = new HashMap<>();
        for (Map.Entry<String, AttributeValue> entry : image.entrySet()) {
            item.put(entry.getKey(), value(entry.getValue()));
        }
        return item;
    }

    private static Value value(AttributeValue given) throws MalformedRecordException {
        if (given.getS() != null) {
            return Value.string(given.getS());
        }
        if (given.getN() != null) {
            return number(given.getN());
        }
        if (given.getM() != null) {
            return new Value.M(item(given.getM()));
        }
        if (given.getL() != null) {
            var values = new ArrayList<Value>();
            for (AttributeValue element : given.getL()) {
                values.add(value(element));
            }
            return new Value.L(values);
        }
        if (given.getBOOL() != null) {
            return new Value.Bool(given.getBOOL());
        }
        if (given.getB() != null) {
            return new Value.B(base64(given.getB()));
        }
        if (given.getSS() != null) {
            return new Value.SS(new TreeSet<>(given.getSS()));
        }
        if (given.getNS() != null) {
            return numbers(given.getNS());
        }
        if (given.getBS() != null) {
            SortedSet<String> values = new TreeSet<>();
            given.getBS().forEach(bytes -> values.add(base64(bytes)));
            return new Value.BS(values);
        }
        if (given.getNULL() != null) {
            return new Value.Null();
        }
        throw new MalformedRecordException("an attribute value without a type");
    }

    private static Value number(String text) throws MalformedRecordException {
        try {
            return Value.number(new BigDecimal(text));
        } catch (NumberFormatException e) {
            throw new MalformedRecordException("an attribute of type N holds " + text);
        }
    }

    private static Value numbers(List<String> texts) throws MalformedRecordException {
        try {
            return Value.numbers(texts);
        } catch (NumberFormatException e) {
            throw new MalformedRecordException("an attribute of type NS holds " + texts);
        }
    }

    private static String base64(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return Base64.getEncoder().encodeToString(copy);
    }
}
