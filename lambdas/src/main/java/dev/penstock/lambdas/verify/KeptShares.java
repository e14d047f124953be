package dev.penstock.lambdas.verify;

import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.OnExpiry;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.item.Value;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What a contribution aggregate remembers of each item in the source's control table: the item's share by group. */
final class KeptShares implements Kept {
    private final Table source;
    private final Aggregate aggregate;
    private final TableReads reads;

    KeptShares(Catalog catalog, Aggregate aggregate, TableReads reads) {
        this.source = catalog.table(aggregate.source());
        this.aggregate = aggregate;
        this.reads = reads;
    }

    @Override
    public Table source() {
        return source;
    }

    @Override
    public String holder() {
        return Catalog.controlName(source.name());
    }

    @Override
    public String told() {
        return aggregate.tableName();
    }

    @Override
    public boolean keepsExpired() {
        return aggregate.onExpiry() == OnExpiry.KEEP;
    }

    @Override
    public boolean isAlone() {
        return true;
    }

    @Override
    public Map<String, String> wanted(Map<String, Value> item) {
        return texts(Sums.shares(aggregate, item));
    }

    @Override
    public Map<String, String> held(Map<String, Value> row) {
        return texts(remembered(row));
    }

    @Override
    public Map<String, Value> sourceKey(Map<String, Value> row) {
        return TableReads.key(source.keyNames(), row);
    }

    @Override
    public Map<Candidate, Map<String, String>> now(List<Candidate> candidates) {
        Map<String, Candidate> owners = new HashMap<>();
        Set<Map<String, Value>> keys = new HashSet<>();
        for (Candidate candidate : candidates) {
            owners.put(candidate.sourceKey(), candidate);
            keys.add(KeyText.parse(candidate.sourceKey()));
        }
        Map<Candidate, Map<String, String>> now = new HashMap<>();
        reads.items(holder(), keys, row -> {
            Candidate owner = owners.get(KeyText.of(sourceKey(row)));
            if (owner != null) {
                now.put(owner, held(row));
            }
        });
        return now;
    }

    /** Group to measures of one row of the control table (attribute {@code effects}, see Remembered of the projector). */
    Map<String, Map<String, BigDecimal>> remembered(Map<String, Value> row) {
        Map<String, Map<String, BigDecimal>> shares = new TreeMap<>();
        if (row.get("effects") instanceof Value.M effects
                && effects.values().get(aggregate.tableName()) instanceof Value.M groups) {
            groups.values().forEach((group, measures) -> {
                if (measures instanceof Value.M values) {
                    shares.put(group, Sums.measures(aggregate, values.values()));
                }
            });
        }
        return shares;
    }

    private static Map<String, String> texts(Map<String, Map<String, BigDecimal>> shares) {
        Map<String, String> texts = new HashMap<>();
        shares.forEach((group, share) -> {
            Map<String, BigDecimal> counted = Sums.nonZero(share);
            if (!counted.isEmpty()) {
                texts.put(group, Sums.text(counted));
            }
        });
        return texts;
    }
}
