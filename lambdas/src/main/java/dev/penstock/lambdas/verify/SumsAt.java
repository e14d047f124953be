package dev.penstock.lambdas.verify;

import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.catalog.OnExpiry;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.spill.Spill;
import dev.penstock.lambdas.tables.ExpiredItems;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Compares the rows of an aggregate, at the time of the exports, with the sum of what follows from its source's items, or
 * of what its control table remembers of each, which moves with the rows in one transaction.
 */
final class SumsAt {
    private static final int EXPECTED = 0;
    private static final int ACTUAL = 1;
    private static final int ARCHIVED = 0;
    private static final int IN_TABLE = 1;
    /** Groups that are summed in memory before they go to disk. */
    private static final int HELD_GROUPS = 20_000;

    private final TablesAt tables;
    private final Table source;
    private final Aggregate aggregate;
    private final ExpiredItems expired;
    private final Path folder;
    private final int most;

    SumsAt(TablesAt tables, Table source, Aggregate aggregate, ExpiredItems expired, Path folder, int most) {
        this.tables = tables;
        this.source = source;
        this.aggregate = aggregate;
        this.expired = expired;
        this.folder = folder;
        this.most = most;
    }

    /** A group whose rows were not what they ought to be. */
    record Group(String name, Map<String, BigDecimal> expected, Map<String, BigDecimal> actual) {}

    /** What differed; {@code more} groups beyond those that are listed. */
    record Found(List<Group> groups, long more) {}

    /** @param remembered of each item, in the source's control table; null to go by the items */
    Found differing(@Nullable KeptShares remembered) throws IOException {
        try (Spill groups = new Spill(folder)) {
            Summing expected = new Summing(groups, EXPECTED);
            if (remembered != null) {
                tables.items(remembered.holder(), row -> expected.add(remembered.remembered(row)));
            } else if (aggregate.onExpiry() == OnExpiry.KEEP && source.ttlAttribute() != null) {
                withArchive(expected);
            } else {
                tables.items(source.name(), item -> expected.add(Sums.shares(aggregate, item)));
            }
            expected.flush();
            Summing actual = new Summing(groups, ACTUAL);
            tables.items(
                    aggregate.tableName(), row -> actual.add(Map.of(Sums.group(row), Sums.measures(aggregate, row))));
            actual.flush();
            return compare(groups);
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** An item that expired after the time of the exports is in both: it counts once. */
    private void withArchive(Summing expected) throws IOException {
        try (Spill items = new Spill(folder)) {
            expired.forEach(source, item -> spill(items, item, ARCHIVED));
            tables.items(source.name(), item -> spill(items, item, IN_TABLE));
            items.keys((key, entries) -> {
                byte[] last = entries.getLast().value();
                expected.add(read(last));
            });
        }
    }

    private void spill(Spill items, Map<String, Value> item, int side) {
        try {
            items.add(KeyText.of(TableReads.key(source.keyNames(), item)), side, write(Sums.shares(aggregate, item)));
        } catch (IOException e) {
            throw new UncheckedIOException("temporary files: " + e.getMessage(), e);
        }
    }

    private Found compare(Spill groups) throws IOException {
        List<Group> differing = new ArrayList<>();
        long[] more = new long[1];
        groups.keys((group, entries) -> {
            Map<String, BigDecimal> wanted = new TreeMap<>();
            Map<String, BigDecimal> held = new TreeMap<>();
            for (Spill.Entry entry : entries) {
                for (Map<String, BigDecimal> share : read(entry.value()).values()) {
                    Sums.add(aggregate, entry.side() == EXPECTED ? wanted : held, share);
                }
            }
            if (!Sums.nonZero(wanted).equals(Sums.nonZero(held))) {
                if (differing.size() < most) {
                    differing.add(new Group(group, Sums.nonZero(wanted), Sums.nonZero(held)));
                } else {
                    more[0]++;
                }
            }
        });
        return new Found(differing, more[0]);
    }

    /** Sums groups in memory, and puts the sums to disk when there are too many. */
    private final class Summing {
        private final Spill groups;
        private final int side;
        private final Map<String, Map<String, BigDecimal>> sums = new HashMap<>();

        Summing(Spill groups, int side) {
            this.groups = groups;
            this.side = side;
        }

        void add(Map<String, Map<String, BigDecimal>> shares) {
            shares.forEach((group, share) ->
                    Sums.add(aggregate, sums.computeIfAbsent(group, ignored -> new TreeMap<>()), share));
            if (sums.size() >= HELD_GROUPS) {
                flush();
            }
        }

        void flush() {
            try {
                for (Map.Entry<String, Map<String, BigDecimal>> sum : sums.entrySet()) {
                    groups.add(sum.getKey(), side, write(Map.of("", sum.getValue())));
                }
            } catch (IOException e) {
                throw new UncheckedIOException("temporary files: " + e.getMessage(), e);
            }
            sums.clear();
        }
    }

    private static byte[] write(Map<String, Map<String, BigDecimal>> shares) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (Map.Entry<String, Map<String, BigDecimal>> share : shares.entrySet()) {
                out.writeUTF(share.getKey());
                out.writeByte(share.getValue().size());
                for (Map.Entry<String, BigDecimal> measure : share.getValue().entrySet()) {
                    out.writeUTF(measure.getKey());
                    out.writeUTF(measure.getValue().toString());
                }
            }
        }
        return bytes.toByteArray();
    }

    private static Map<String, Map<String, BigDecimal>> read(byte[] bytes) throws IOException {
        Map<String, Map<String, BigDecimal>> shares = new TreeMap<>();
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        while (in.available() > 0) {
            Map<String, BigDecimal> share = shares.computeIfAbsent(in.readUTF(), ignored -> new TreeMap<>());
            for (int measures = in.readByte(); measures > 0; measures--) {
                share.put(in.readUTF(), new BigDecimal(in.readUTF()));
            }
        }
        return shares;
    }
}
