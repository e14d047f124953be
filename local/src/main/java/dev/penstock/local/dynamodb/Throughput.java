package dev.penstock.local.dynamodb;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.store.Table;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;

/**
 * The maximum throughput of on-demand tables (OnDemandThroughput): units are refilled every second of the clock, and a
 * request is refused once they are used up. Provisioned capacity does not throttle here. Threadsafe.
 */
final class Throughput {
    private final InstantSource clock;
    private final Map<String, Second> used = new ConcurrentHashMap<>();

    private enum Kind {
        READ("TableReadMaxOnDemandThroughputExceeded"),
        WRITE("TableWriteMaxOnDemandThroughputExceeded");

        private final String reason;

        Kind(String reason) {
            this.reason = reason;
        }
    }

    /** Units used in one second. */
    private record Second(long epochSecond, double units) {}

    Throughput(InstantSource clock) {
        this.clock = clock;
    }

    /** @throws AwsError ThrottlingException when the table's maximum of writes in this second is used up */
    void write(Table table, double units) {
        var maximum = table.description().onDemandThroughput();
        take(table, Kind.WRITE, maximum == null ? null : maximum.maxWriteRequestUnits(), units);
    }

    /**
     * Counts reads whose size does not matter.
     *
     * @throws AwsError ThrottlingException when the table's maximum of reads in this second is used up
     */
    void read(Table table, double units) {
        take(table, Kind.READ, reads(table), units);
    }

    /**
     * Before a read whose units are known afterwards: whether there are any left.
     *
     * @return what the engine has to be asked for, so that they are known
     * @throws AwsError ThrottlingException when the table's maximum of reads in this second is used up
     */
    @Nullable
    ReturnConsumedCapacity readable(Table table, @Nullable ReturnConsumedCapacity asked) {
        read(table, 0);
        boolean isCounted = reads(table) != null;
        return isCounted && (asked == null || asked == ReturnConsumedCapacity.NONE)
                ? ReturnConsumedCapacity.TOTAL
                : asked;
    }

    /** Counts what a read consumed; answers it if it was asked for. */
    @Nullable
    ConsumedCapacity consumed(
            Table table, @Nullable ConsumedCapacity capacity, @Nullable ReturnConsumedCapacity asked) {
        if (capacity != null && reads(table) != null) {
            use(table, Kind.READ, capacity.capacityUnits());
        }
        return asked == null || asked == ReturnConsumedCapacity.NONE ? null : capacity;
    }

    private static @Nullable Long reads(Table table) {
        var maximum = table.description().onDemandThroughput();
        Long most = maximum == null ? null : maximum.maxReadRequestUnits();
        return most == null || most <= 0 ? null : most;
    }

    private void take(Table table, Kind kind, @Nullable Long most, double units) {
        if (most == null || most <= 0) {
            return;
        }
        long now = clock.instant().getEpochSecond();
        Second before = used.getOrDefault(table.arn() + kind, new Second(now, 0));
        if (before.epochSecond == now && before.units >= most) {
            throw new AwsError(
                    400,
                    "ThrottlingException",
                    "Throughput exceeds the maximum OnDemandThroughput configured on table or index",
                    Map.of("throttlingReasons", List.of(Map.of("reason", kind.reason, "resource", table.arn()))));
        }
        use(table, kind, units);
    }

    private void use(Table table, Kind kind, double units) {
        long now = clock.instant().getEpochSecond();
        used.merge(
                table.arn() + kind,
                new Second(now, units),
                (one, other) -> one.epochSecond == now ? new Second(now, one.units + other.units) : other);
    }
}
