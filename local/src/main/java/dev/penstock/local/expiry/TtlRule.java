package dev.penstock.local.expiry;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * When DynamoDB takes an item for expired: its TTL attribute is a Number, the epoch second it names has passed, and
 * that was not more than five years ago (DynamoDB Developer Guide, "Using time to live").
 */
final class TtlRule {
    private static final Duration TOO_OLD = Duration.ofDays(5 * 365 + 1);
    private static final BigDecimal FURTHEST = BigDecimal.valueOf(Instant.MAX.getEpochSecond());

    private TtlRule() {}

    /** The epoch second after which an item with this TTL attribute is expired; empty when that is no Number. */
    static OptionalLong expiresAt(AttributeValue value) {
        if (value.type() != AttributeValue.Type.N) {
            return OptionalLong.empty();
        }
        BigDecimal seconds = new BigDecimal(value.n()).setScale(0, RoundingMode.CEILING);
        boolean isTime = seconds.signum() >= 0 && seconds.compareTo(FURTHEST) <= 0;
        return isTime ? OptionalLong.of(seconds.longValueExact()) : OptionalLong.empty();
    }

    /** The oldest expiry, in epoch seconds, that still leads to a deletion. */
    static long oldest(Instant now) {
        return now.minus(TOO_OLD).getEpochSecond();
    }
}
