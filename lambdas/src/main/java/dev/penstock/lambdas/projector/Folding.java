package dev.penstock.lambdas.projector;

import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.diversion.FailureBucket;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.tables.Backoff;
import dev.penstock.lambdas.tables.Failures;
import dev.penstock.lambdas.tables.Items;
import dev.penstock.lambdas.tables.TableNames;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * Folds rows of a windowed aggregate that can't count anything twice any more into one row for each group, so that a group does
 * not grow by a row for each shard that it meets.
 *
 * <p>A row is there to keep out what it has counted, by its watermark. A record is delivered by its stream for a day, and from
 * the failure bucket for {@link FailureBucket#KEPT}, counted from when it was written. So once the newest record of a row is
 * older than {@link #HORIZON}, none of those that the row has counted can come again, and the watermark has nothing left to
 * keep out, whether the shard is closed or not. If the shard counts for the group again, those are newer records, none of which
 * is in the folded sums: a new row begins with them, and its watermark keeps out what it counts itself. Minimum and
 * maximum are combined by readers, so they may stand in either row. Holes stand in a table of their own and stay: what has one
 * is counted by a redrive alone, whatever rows there are, and a redrive puts a row of its own, which the hole, not the
 * row, keeps from being put twice.
 *
 * <p>Each transaction deletes rows as they were read and adds what they held. So a crash leaves all or nothing; of two that fold
 * the same rows one fails, as does one whose row has counted meanwhile; and who counts into a row that is gone begins a
 * new one. Rows of which it is not known when they counted are left alone, among them the folded one.
 */
public final class Folding {
    /** How old the newest record of a row is when it is folded: as old as when everything else of it is forgotten. */
    public static final Duration HORIZON = FailureBucket.REMEMBERED;

    /** A transaction has 100 actions, one of which adds. */
    private static final int MOST = 99;

    private static final int ATTEMPTS = 5;

    private final Aggregate aggregate;
    private final DynamoDbClient client;
    private final TableNames names;
    private final Backoff backoff;
    private final FoldedRows folded;

    /**
     * @throws IllegalArgumentException when the aggregate is not windowed: it has as many rows as lanes
     */
    public Folding(Aggregate aggregate, DynamoDbClient client, TableNames names, Backoff backoff) {
        if (aggregate.mode() != Aggregate.Mode.WINDOWED) {
            throw new IllegalArgumentException("aggregate " + aggregate.tableName() + " is in mode " + aggregate.mode()
                    + ", whose rows are as many as its lanes; only those of mode WINDOWED are folded");
        }
        this.aggregate = aggregate;
        this.client = client;
        this.names = names;
        this.backoff = backoff;
        this.folded = new FoldedRows(aggregate, client, names);
    }

    /**
     * What was done.
     *
     * @param rows that were read
     * @param folded rows that are gone; in a dry run those that would be
     * @param left rows that counted while they were to be folded, or that do not add up to a number of 38 digits
     * @param complete whether the whole table was read
     */
    public record Report(long rows, long folded, long left, boolean complete) {}

    /**
     * Reads all rows and folds those that are old enough, where a group has fewer rows then.
     *
     * @param now a time that is too late folds rows that something can still be delivered into twice
     * @param dryRun say what would be folded, and do nothing
     * @param goesOn asked between transactions; what is left when it ends is for the next time
     * @throws IllegalStateException when the rows were made by another declaration, whose measures this one may not know
     */
    public Report run(Instant now, boolean dryRun, BooleanSupplier goesOn) {
        new Declarations(client, names).check(aggregate);
        Run run = new Run(now.minus(HORIZON).getEpochSecond(), dryRun);
        // What is read may be a little old: a row is deleted only if it still is what was read.
        for (Map<String, AttributeValue> item : client.scanPaginator(
                        scan -> scan.tableName(names.physical(aggregate.tableName())))
                .items()) {
            if (!goesOn.getAsBoolean()) {
                return run.report(false);
            }
            run.next(Items.fromSdk(item));
        }
        run.endGroup();
        return run.report(true);
    }

    /** A scan gives the rows of a group one after the other; if it did not, less would be folded at a time. */
    private final class Run {
        private final BigDecimal before;
        private final boolean dryRun;
        private final List<Map<String, Value>> old = new ArrayList<>();
        private String group = "";
        private boolean hasFolded;
        private long rows;
        private long gone;
        private long left;

        private Run(long before, boolean dryRun) {
            this.before = BigDecimal.valueOf(before);
            this.dryRun = dryRun;
        }

        private void next(Map<String, Value> row) {
            rows++;
            String its = row.get(Aggregate.GROUP) instanceof Value.S text ? text.value() : "";
            if (!its.equals(group)) {
                endGroup();
                group = its;
            }
            hasFolded |= FoldedRows.lane(row).equals(Aggregate.FOLDED);
            if (row.get(Aggregate.COUNTED_AT) instanceof Value.N counted
                    && counted.value().compareTo(before) < 0) {
                old.add(row);
                if (old.size() == MOST) {
                    fold();
                }
            }
        }

        private void endGroup() {
            fold();
            hasFolded = false;
        }

        private void fold() {
            List<Map<String, Value>> candidates = List.copyOf(old);
            old.clear();
            int made = hasFolded || folded.total(candidates).isEmpty() ? 0 : 1;
            if (candidates.size() <= made) {
                return;
            }
            int done = dryRun ? candidates.size() : Folding.this.fold(group, candidates);
            gone += done;
            left += candidates.size() - done;
            hasFolded |= done > 0;
        }

        private Report report(boolean complete) {
            return new Report(rows, gone, left, complete);
        }
    }

    /** Folds what has not changed meanwhile; returns how many rows are gone. */
    private int fold(String group, List<Map<String, Value>> given) {
        List<Map<String, Value>> rows = given;
        for (int attempt = 1; !rows.isEmpty(); attempt++) {
            try {
                folded.fold(group, rows);
                return rows.size();
            } catch (TransactionCanceledException canceled) {
                rows = unchanged(rows, canceled);
                if (attempt == ATTEMPTS) {
                    return 0;
                }
            } catch (SdkException failure) {
                if (Failures.isPermanent(failure)) {
                    return 0;
                }
                if (attempt == ATTEMPTS) {
                    throw failure;
                }
            }
            backoff.pause(attempt);
        }
        return 0;
    }

    /** None when the transaction can never succeed. */
    private static List<Map<String, Value>> unchanged(
            List<Map<String, Value>> rows, TransactionCanceledException canceled) {
        List<String> codes = canceled.cancellationReasons().stream()
                .map(reason -> String.valueOf(reason.code()))
                .toList();
        if (codes.stream().anyMatch(Failures::isPermanent)) {
            return List.of();
        }
        return IntStream.range(0, rows.size())
                .filter(i -> i >= codes.size() || !codes.get(i).equals("ConditionalCheckFailed"))
                .mapToObj(rows::get)
                .toList();
    }
}
