package dev.penstock.local.dynamodb;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.store.Table;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The maximum throughput of on-demand tables (OnDemandThroughput): units are refilled every second of the clock, and a
 * request is refused once they are used up. Provisioned capacity does not throttle here. Threadsafe.
 */
final class Throughput {
    private final InstantSource clock;
    private final Map<String, Second> used = new ConcurrentHashMap<>();

    /** Units used in one second. */
    private record Second(long epochSecond, double units) {}

    Throughput(InstantSource clock) {
        this.clock = clock;
    }

    /** @throws AwsError ThrottlingException when the table's maximum of writes in this second is used up */
    void write(Table table, double units) {
        var maximum = table.description().onDemandThroughput();
        Long most = maximum == null ? null : maximum.maxWriteRequestUnits();
        if (most != null && most > 0) {
            take(table, "write", most, units);
        }
    }

    /** @throws AwsError ThrottlingException when the table's maximum of reads in this second is used up */
    void read(Table table, double units) {
        var maximum = table.description().onDemandThroughput();
        Long most = maximum == null ? null : maximum.maxReadRequestUnits();
        if (most != null && most > 0) {
            take(table, "read", most, units);
        }
    }

    private void take(Table table, String kind, long most, double units) {
        long now = clock.instant().getEpochSecond();
        Second before = used.getOrDefault(table.arn() + kind, new Second(now, 0));
        if (before.epochSecond == now && before.units >= most) {
            throw new AwsError(
                    400,
                    "ThrottlingException",
                    "Throughput exceeds the maximum OnDemandThroughput configured on table or index. Table: "
                            + table.name() + ", " + kind + " request units per second: " + most);
        }
        used.merge(
                table.arn() + kind,
                new Second(now, units),
                (one, other) -> one.epochSecond == now ? new Second(now, one.units + other.units) : other);
    }
}
