package dev.penstock.local.streams;

import dev.penstock.local.journal.Cause;
import dev.penstock.local.journal.Change;
import dev.penstock.local.journal.Entry;
import dev.penstock.local.streams.StreamRecord.EventName;
import dev.penstock.local.streams.StreamRecord.UserIdentity;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Makes stream records of journal entries. */
final class StreamRecords {
    private StreamRecords() {}

    static StreamRecord of(String streamArn, Map<String, AttributeValue> keys, Entry entry) {
        Change change = entry.change();
        Map<String, AttributeValue> before = change.before();
        Map<String, AttributeValue> after = change.after();
        EventName name = before == null ? EventName.INSERT : after == null ? EventName.REMOVE : EventName.MODIFY;
        long size = ItemSize.of(keys)
                + (before == null ? 0 : ItemSize.of(before))
                + (after == null ? 0 : ItemSize.of(after));
        return new StreamRecord(
                eventId(streamArn, entry.number()),
                name,
                SequenceNumbers.of(entry.number()),
                entry.committedAt(),
                keys,
                before,
                after,
                size,
                change.cause() instanceof Cause.Expiry ? UserIdentity.TTL : null);
    }

    /** 32 hexadecimal digits, as on AWS, and the same whenever the record is read. */
    private static String eventId(String streamArn, long number) {
        try {
            MessageDigest md5 = MessageDigest.getInstance("MD5");
            byte[] digest = md5.digest((streamArn + '#' + number).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }
}
