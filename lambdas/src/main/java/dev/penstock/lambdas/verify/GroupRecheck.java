package dev.penstock.lambdas.verify;

import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.item.Value;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Looks again at the rows of groups, by consistent reads of just these. A group that by now is what it ought to have been
 * was in flight. One that is as it was differs, as all that was written before has been applied since. One that is
 * neither has been written since: it can't be told without another export.
 */
final class GroupRecheck {
    private final Aggregate aggregate;
    private final TableReads reads;

    GroupRecheck(Aggregate aggregate, TableReads reads) {
        this.aggregate = aggregate;
        this.reads = reads;
    }

    Findings run(List<SumsAt.Group> groups, Verifier.Settled settled) {
        List<Difference> differences = new ArrayList<>();
        List<Difference> undecided = new ArrayList<>();
        List<SumsAt.Group> left = groups;
        for (int round = 1; round <= Recheck.ROUNDS && !left.isEmpty(); round++) {
            boolean last = settled.await() || round == Recheck.ROUNDS;
            List<SumsAt.Group> next = new ArrayList<>();
            for (SumsAt.Group group : left) {
                Map<String, BigDecimal> now = now(group.name());
                if (now.equals(group.expected())) {
                    continue;
                }
                if (!last) {
                    next.add(group);
                    continue;
                }
                Difference difference = new Difference(
                        aggregate.tableName(), group.name(), Sums.text(group.expected()), Sums.text(now));
                (now.equals(group.actual()) ? differences : undecided).add(difference);
            }
            left = next;
        }
        return new Findings(differences, undecided, 0);
    }

    private Map<String, BigDecimal> now(String group) {
        Map<String, BigDecimal> sum = new TreeMap<>();
        reads.query(
                aggregate.tableName(),
                Aggregate.GROUP,
                Value.string(group),
                row -> Sums.add(aggregate, sum, Sums.measures(aggregate, row)));
        return Sums.nonZero(sum);
    }
}
