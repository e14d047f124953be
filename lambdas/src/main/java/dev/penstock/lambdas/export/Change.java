package dev.penstock.lambdas.export;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The net change of one item in the window of an incremental export. The shape tells the operation: a new image alone
 * is an insert, both an update, no new image a delete.
 *
 * @param writeTimestampMicros time of the last write, microseconds since 1970, by DynamoDB's clock
 * @param oldImage the item at the start of the window; absent for an insert and in the view NEW_IMAGE
 * @param newImage the item at the end of the window; absent for a delete
 */
public record Change(
        long writeTimestampMicros,
        Map<String, AttributeValue> keys,
        @Nullable Map<String, AttributeValue> oldImage,
        @Nullable Map<String, AttributeValue> newImage) {}
