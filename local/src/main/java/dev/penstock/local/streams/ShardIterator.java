package dev.penstock.local.streams;

import dev.penstock.local.gateway.AwsError;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/**
 * A place in a shard that a client holds as opaque text. It is all there is: the runtime keeps none, so iterators
 * outlive a restart. Lives 15 minutes (DynamoDB Developer Guide, GetShardIterator).
 *
 * @param after the next page starts with the first sequence number greater than this
 * @param fromHorizon reads whatever is left, so records trimmed in the meantime are no error
 */
record ShardIterator(String streamArn, String shardId, BigInteger after, boolean fromHorizon, Instant issued) {
    private static final Duration LIFE = Duration.ofMinutes(15);

    String encode() {
        String text = String.join(
                "|",
                streamArn,
                shardId,
                after.toString(),
                fromHorizon ? "H" : "S",
                Long.toString(issued.toEpochMilli()));
        return streamArn
                + "|1|"
                + Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** @throws AwsError ValidationException for a text that no iterator has, ExpiredIteratorException after its life */
    static ShardIterator decode(String text, Instant now) {
        ShardIterator iterator;
        try {
            String encoded = text.substring(text.lastIndexOf('|') + 1);
            String[] parts =
                    new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.UTF_8).split("\\|", -1);
            iterator = new ShardIterator(
                    parts[0],
                    parts[1],
                    new BigInteger(parts[2]),
                    parts[3].equals("H"),
                    Instant.ofEpochMilli(Long.parseLong(parts[4])));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException unreadable) {
            throw AwsError.validation("Invalid ShardIterator");
        }
        if (now.isAfter(iterator.issued.plus(LIFE))) {
            throw new AwsError(
                    400,
                    "ExpiredIteratorException",
                    "Iterator expired. The iterator was created at time " + iterator.issued
                            + " while right now it is " + now
                            + " which is further in the future than the tolerated delay of "
                            + LIFE.toMillis() + " milliseconds.");
        }
        return iterator;
    }
}
