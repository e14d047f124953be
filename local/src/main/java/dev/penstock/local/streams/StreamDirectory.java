package dev.penstock.local.streams;

import java.time.Instant;
import java.util.List;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.StreamStatus;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;

/** The streams of one region: those of its tables and, for a day, those that were disabled or lost their table. */
@FunctionalInterface
public interface StreamDirectory {

    /** All streams whose records may still be read. */
    List<Stream> streams();

    /** @param label ISO local date-time with milliseconds; a stream enabled again is another stream with another label */
    record Stream(
            String arn,
            String label,
            String tableName,
            List<KeySchemaElement> keySchema,
            StreamViewType viewType,
            StreamStatus status,
            Instant created) {}
}
