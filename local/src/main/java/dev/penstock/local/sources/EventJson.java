package dev.penstock.local.sources;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.penstock.local.streams.StreamRecord;
import dev.penstock.local.streams.StreamRecord.UserIdentity;
import dev.penstock.local.streams.StreamView;
import dev.penstock.local.wire.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;

/** The event a function gets, member by member in the order of a recorded AWS event. */
final class EventJson {
    /** {@code {"Records":[]}}: what an event costs besides its records and their commas. */
    static final int ENVELOPE_BYTES = 14;

    private static final JsonFactory JSON = new JsonFactory();

    private final String streamArn;
    private final String region;
    private final StreamViewType viewType;

    EventJson(String streamArn, StreamViewType viewType) {
        this.streamArn = streamArn;
        this.region = streamArn.split(":", -1)[3];
        this.viewType = viewType;
    }

    /** One element of {@code Records}. There is no shard id in it, and the creation time is a float of whole seconds. */
    byte[] record(StreamRecord committed) {
        StreamRecord change = StreamView.apply(viewType, committed);
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("eventID", change.eventId());
            json.writeStringField("eventName", change.eventName().name());
            json.writeStringField("eventVersion", "1.1");
            json.writeStringField("eventSource", "aws:dynamodb");
            json.writeStringField("awsRegion", region);
            json.writeObjectFieldStart("dynamodb");
            json.writeFieldName("ApproximateCreationDateTime");
            json.writeNumber(change.committed().getEpochSecond() + ".0");
            attributes(json, "Keys", change.keys());
            attributes(json, "NewImage", change.newImage());
            attributes(json, "OldImage", change.oldImage());
            json.writeStringField("SequenceNumber", change.sequenceNumber().toString());
            json.writeNumberField("SizeBytes", change.sizeBytes());
            json.writeStringField("StreamViewType", viewType.toString());
            json.writeEndObject();
            UserIdentity identity = change.userIdentity();
            if (identity != null) {
                json.writeObjectFieldStart("userIdentity");
                json.writeStringField("type", identity.type());
                json.writeStringField("principalId", identity.principalId());
                json.writeEndObject();
            }
            json.writeStringField("eventSourceARN", streamArn);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** A whole event. */
    static byte[] event(List<EventRecord> records) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(ENVELOPE_BYTES + size(records));
        out.writeBytes("{".getBytes(StandardCharsets.UTF_8));
        records(out, records);
        out.write('}');
        return out.toByteArray();
    }

    /** A whole event of a tumbling window. */
    byte[] event(List<EventRecord> records, TumblingWindow.Frame frame, String shardId) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(envelopeBytes(frame, shardId) + size(records));
        out.write('{');
        records(out, records);
        out.writeBytes(beforeState(frame));
        out.writeBytes(frame.state());
        out.writeBytes(afterState(frame, shardId));
        return out.toByteArray();
    }

    /** What an event of a tumbling window costs besides its records and their commas. */
    int envelopeBytes(TumblingWindow.Frame frame, String shardId) {
        return ENVELOPE_BYTES
                - 1
                + beforeState(frame).length
                + frame.state().length
                + afterState(frame, shardId).length;
    }

    private static byte[] beforeState(TumblingWindow.Frame frame) {
        return (",\"window\":{\"start\":\"" + frame.start() + "\",\"end\":\"" + frame.end() + "\"},\"state\":")
                .getBytes(StandardCharsets.UTF_8);
    }

    private byte[] afterState(TumblingWindow.Frame frame, String shardId) {
        return (",\"shardId\":\"" + shardId + "\",\"eventSourceARN\":\"" + streamArn
                        + "\",\"isFinalInvokeForWindow\":" + frame.isFinal() + ",\"isWindowTerminatedEarly\":"
                        + frame.isTerminatedEarly() + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static void records(ByteArrayOutputStream out, List<EventRecord> records) {
        out.writeBytes("\"Records\":[".getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < records.size(); i++) {
            if (i > 0) {
                out.write(',');
            }
            out.writeBytes(records.get(i).json());
        }
        out.write(']');
    }

    private static int size(List<EventRecord> records) {
        int size = 0;
        for (EventRecord record : records) {
            size += record.json().length + 1;
        }
        return size;
    }

    private static void attributes(JsonGenerator json, String name, @Nullable Map<String, AttributeValue> item)
            throws IOException {
        if (item != null) {
            json.writeFieldName(name);
            Wire.writeItem(json, item);
        }
    }
}
