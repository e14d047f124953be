package dev.penstock.lambdas.diversion;

import static dev.penstock.lambdas.item.ItemJson.quote;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import com.amazonaws.services.lambda.runtime.events.models.dynamodb.AttributeValue;
import com.amazonaws.services.lambda.runtime.events.models.dynamodb.Identity;
import com.amazonaws.services.lambda.runtime.events.models.dynamodb.StreamRecord;
import dev.penstock.lambdas.item.ItemJson;
import dev.penstock.lambdas.stream.MalformedRecordException;
import dev.penstock.lambdas.stream.StreamRecords;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** A stream record as the JSON that Lambda delivers; what the record lacks is left out. */
public final class RecordJson {
    private RecordJson() {}

    public static String write(DynamodbStreamRecord record) {
        StringJoiner parts = object();
        text(parts, "eventID", record.getEventID());
        text(parts, "eventName", record.getEventName());
        text(parts, "eventVersion", record.getEventVersion());
        text(parts, "eventSource", record.getEventSource());
        text(parts, "awsRegion", record.getAwsRegion());
        StreamRecord data = record.getDynamodb();
        if (data != null) {
            parts.add("\"dynamodb\":" + write(data));
        }
        Identity identity = record.getUserIdentity();
        if (identity != null) {
            StringJoiner who = object();
            text(who, "type", identity.getType());
            text(who, "principalId", identity.getPrincipalId());
            parts.add("\"userIdentity\":" + who);
        }
        text(parts, "eventSourceARN", record.getEventSourceARN());
        return parts.toString();
    }

    private static String write(StreamRecord data) {
        StringJoiner parts = object();
        if (data.getApproximateCreationDateTime() != null) {
            parts.add("\"ApproximateCreationDateTime\":"
                    + data.getApproximateCreationDateTime().toInstant().getEpochSecond());
        }
        image(parts, "Keys", data.getKeys());
        image(parts, "NewImage", data.getNewImage());
        image(parts, "OldImage", data.getOldImage());
        text(parts, "SequenceNumber", data.getSequenceNumber());
        if (data.getSizeBytes() != null) {
            parts.add("\"SizeBytes\":" + data.getSizeBytes());
        }
        text(parts, "StreamViewType", data.getStreamViewType());
        return parts.toString();
    }

    private static void image(StringJoiner parts, String name, @Nullable Map<String, AttributeValue> image) {
        if (image == null) {
            return;
        }
        try {
            parts.add(quote(name) + ":" + ItemJson.write(StreamRecords.item(image)));
        } catch (MalformedRecordException unreadable) {
            parts.add(quote("Unreadable" + name) + ":" + quote(image.toString()));
        }
    }

    private static void text(StringJoiner parts, String name, @Nullable String value) {
        if (value != null) {
            parts.add(quote(name) + ":" + quote(value));
        }
    }

    private static StringJoiner object() {
        return new StringJoiner(",", "{", "}");
    }
}
