package dev.penstock.local.regions;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.journal.Cause;
import dev.penstock.local.journal.Change;
import dev.penstock.local.journal.Entry;
import dev.penstock.local.journal.ItemKey;
import dev.penstock.local.journal.Micros;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Carries what was written in one region to another, in commit order, a settable delay later. Only a region's own
 * writes travel: what came from elsewhere reaches each region by the link from where it was made, so nothing goes
 * round in circles. Delivering a change again does no harm, because it no longer wins.
 */
final class ReplicationLink {
    /** Changes taken on in one step at most. */
    static final int STEP = 1_000;

    private static final int BUSY_ATTEMPTS = 100_000;

    private final RegionStore from;
    private final RegionStore to;
    private final Versions toVersions;
    private final String positionDocument;
    private final AtomicBoolean cut = new AtomicBoolean();
    private volatile Duration delay;
    private volatile boolean merging;
    private volatile ReplicationLatency latency = ReplicationLatency.none();
    private long position;

    ReplicationLink(RegionStore from, RegionStore to, Versions toVersions, Duration delay) {
        this.from = from;
        this.to = to;
        this.toVersions = toVersions;
        this.delay = delay;
        this.positionDocument = "replication/from/" + from.region();
        this.position = to.registry().get(positionDocument, Long.class).orElse(0L);
    }

    /** Who is told of each change that has arrived from now on. */
    void latency(ReplicationLatency told) {
        latency = told;
    }

    /** A cut link delivers nothing; once healed it goes on where it stopped. */
    void cut(boolean isCut) {
        cut.set(isCut);
    }

    boolean isCut() {
        return cut.get();
    }

    void delay(Duration changed) {
        delay = changed;
    }

    Duration delay() {
        return delay;
    }

    /** Whether several changes of one item that wait together arrive as one, as AWS allows itself. */
    void merging(boolean changed) {
        merging = changed;
    }

    /**
     * Delivers what is due.
     *
     * @return how many changes were taken on; 0 when nothing is due
     */
    synchronized int doWork() {
        if (cut.get()) {
            return 0;
        }
        long last = from.journal().last();
        long due = delay.isZero()
                ? Long.MAX_VALUE
                : Micros.of(from.clock().instant().minus(delay));
        List<Entry> batch = new ArrayList<>();
        AtomicBoolean more = new AtomicBoolean();
        // Changes of other tables are passed over without being decoded.
        from.journal().changes(travelling()::contains, position, last, entry -> {
            if (entry.committed() > due || batch.size() == STEP) {
                more.set(true);
                return false;
            }
            batch.add(entry);
            return true;
        });
        Set<Integer> superseded = merging ? superseded(batch) : Set.of();
        long before = position;
        for (int i = 0; i < batch.size(); i++) {
            if (!superseded.contains(i) && !deliver(batch.get(i))) {
                more.set(true);
                break;
            }
            position = batch.get(i).number();
        }
        if (!more.get()) {
            position = Math.max(position, last);
        }
        if (position != before && !batch.isEmpty()) {
            to.registry().put(positionDocument, position);
        }
        return batch.size();
    }

    /** Whether any of these changes is of a table that goes to the other region. */
    boolean concerns(List<Entry> entries) {
        Set<Integer> tables = travelling();
        return entries.stream().anyMatch(entry -> tables.contains(entry.change().table()));
    }

    /** Numbers of the tables that go to the other region. */
    private Set<Integer> travelling() {
        return from.tables().all().stream()
                .filter(this::goesThere)
                .map(Table::number)
                .collect(Collectors.toSet());
    }

    /** Which of these a later change of the same item makes unnecessary. */
    private Set<Integer> superseded(List<Entry> batch) {
        Set<Integer> superseded = new HashSet<>();
        Set<ItemKey> seen = new HashSet<>();
        for (int i = batch.size() - 1; i >= 0; i--) {
            Change change = batch.get(i).change();
            Optional<Table> table = from.tables().byNumber(change.table());
            if (table.isPresent() && !seen.add(table.get().key(change.anyImage()))) {
                superseded.add(i);
            }
        }
        return superseded;
    }

    /**
     * Delivers all that the other region has of a strongly consistent table and that is not here yet, now, whether the
     * link is cut or slow; its position stays, as delivering twice does no harm.
     */
    void catchUp(String table) {
        List<Entry> entries = new ArrayList<>();
        int number = from.tables().described(table).number();
        from.journal().changes(each -> each == number, position, from.journal().last(), entries::add);
        for (Entry entry : entries) {
            for (int attempt = 0; !deliver(entry); attempt++) {
                if (attempt == BUSY_ATTEMPTS) {
                    throw new IllegalStateException("an item of " + table + " stayed locked in " + to.region());
                }
                Thread.onSpinWait();
            }
        }
    }

    /** @return false when the item is busy: try again */
    private boolean deliver(Entry entry) {
        Change change = entry.change();
        Version version = new Version(entry.committed(), from.region());
        if (change.cause() instanceof Cause.Replication(String region, long micros)) {
            // A strongly consistent table's write may be known here by way of a third region only.
            if (!from.tables().byNumber(change.table()).map(Members::isStrong).orElse(false)) {
                return true;
            }
            version = new Version(micros, region);
        }
        Optional<Table> source = from.tables().byNumber(change.table()).filter(this::goesThere);
        Optional<Table> target = source.flatMap(table -> to.tables().find(table.name()));
        if (target.isEmpty()) {
            return true;
        }
        boolean done = deliver(target.get(), change.anyImage(), change.after() == null, version);
        if (done) {
            latency.arrived(
                    target.get().name(),
                    from.region(),
                    to.region(),
                    Duration.between(
                            Micros.toInstant(entry.committed()), to.clock().instant()));
        }
        return done;
    }

    /** Makes an item of the other region what it became in the version, unless a later write stands there. */
    boolean deliver(Table table, Map<String, AttributeValue> item, boolean deleted, Version version) {
        ItemKey key = table.key(item);
        try {
            boolean won = to.replicate(
                    table,
                    item,
                    deleted,
                    new Cause.Replication(version.region(), version.micros()),
                    locked -> version.compareTo(toVersions.of(locked)) > 0,
                    Versions.remember(table, key, version));
            if (won) {
                toVersions.raise(key, version);
            }
            return true;
        } catch (AwsError busy) {
            if (busy.code().equals("TransactionConflictException")) {
                return false;
            }
            throw busy;
        }
    }

    private boolean goesThere(Table source) {
        return source.description().replicas().stream()
                .anyMatch(replica -> to.region().equals(replica.regionName()));
    }
}
