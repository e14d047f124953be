package dev.penstock.local.streams;

import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Identity;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;

/** What a stream's view type leaves of a change, and how the Streams API writes it. */
public final class StreamView {
    private StreamView() {}

    /** The record with the images that the view type shows, its size counted anew. */
    public static StreamRecord apply(StreamViewType viewType, StreamRecord change) {
        boolean showsOld = viewType == StreamViewType.NEW_AND_OLD_IMAGES || viewType == StreamViewType.OLD_IMAGE;
        boolean showsNew = viewType == StreamViewType.NEW_AND_OLD_IMAGES || viewType == StreamViewType.NEW_IMAGE;
        Map<String, AttributeValue> oldImage = showsOld ? change.oldImage() : null;
        Map<String, AttributeValue> newImage = showsNew ? change.newImage() : null;
        return new StreamRecord(
                change.eventId(),
                change.eventName(),
                change.sequenceNumber(),
                change.committed(),
                change.keys(),
                oldImage,
                newImage,
                ItemSize.of(change.keys()) + size(oldImage) + size(newImage),
                change.userIdentity());
    }

    /** As GetRecords answers it: creation time in whole seconds. */
    static Record toRecord(StreamViewType viewType, String region, StreamRecord shown) {
        StreamRecord.UserIdentity identity = shown.userIdentity();
        return Record.builder()
                .eventID(shown.eventId())
                .eventName(shown.eventName().name())
                .eventVersion("1.1")
                .eventSource("aws:dynamodb")
                .awsRegion(region)
                .dynamodb(stream -> stream.approximateCreationDateTime(
                                shown.committed().truncatedTo(ChronoUnit.SECONDS))
                        .keys(shown.keys())
                        .oldImage(shown.oldImage())
                        .newImage(shown.newImage())
                        .sequenceNumber(shown.sequenceNumber().toString())
                        .sizeBytes(shown.sizeBytes())
                        .streamViewType(viewType))
                .userIdentity(
                        identity == null
                                ? null
                                : Identity.builder()
                                        .type(identity.type())
                                        .principalId(identity.principalId())
                                        .build())
                .build();
    }

    private static long size(@Nullable Map<String, AttributeValue> image) {
        return image == null ? 0 : ItemSize.of(image);
    }
}
