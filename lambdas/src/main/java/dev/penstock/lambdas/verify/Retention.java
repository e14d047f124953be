package dev.penstock.lambdas.verify;

import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.tables.TableNames;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Lists what ought to be gone by the catalog's retention and is still there. Reads every table that has TTL once. */
public final class Retention {
    /** TTL deletes late: AWS says within a few days of the expiry. */
    public static final Duration GRACE = Duration.ofDays(2);

    /** TTL ignores values that lie further back than this, so such an item is never deleted. */
    private static final Duration IGNORED = Duration.ofDays(5 * 365);

    private static final Pattern DAY = Pattern.compile("(\\d{4})/(\\d{2})/(\\d{2})/");

    private final Catalog catalog;
    private final DynamoDbClient client;
    private final TableNames names;
    private final Function<String, List<String>> objects;
    private final InstantSource clock;

    /**
     * @param objects keys of the archive bucket under a prefix
     */
    public Retention(
            Catalog catalog,
            DynamoDbClient client,
            TableNames names,
            Function<String, List<String>> objects,
            InstantSource clock) {
        this.catalog = catalog;
        this.client = client;
        this.names = names;
        this.objects = objects;
        this.clock = clock;
    }

    /** Why something is listed. */
    public enum Reason {
        /** Expired for longer than TTL takes. */
        NOT_DELETED,
        /** Expired so long ago that TTL ignores it: a person has to delete it. */
        IGNORED_BY_TTL,
        /** An archive object that the bucket's lifecycle ought to have removed. */
        ARCHIVE_TOO_OLD
    }

    /**
     * Something overdue.
     *
     * @param where table or archive prefix
     * @param oldest expiry of the oldest item, or day of the oldest object
     */
    public record Overdue(String where, Reason reason, long count, Instant oldest) {}

    /** All that is overdue now; empty is the right result. */
    public List<Overdue> overdue() {
        List<Overdue> overdue = new ArrayList<>();
        for (Table table : catalog.allTables()) {
            String attribute = table.ttlAttribute();
            if (attribute != null) {
                overdue.addAll(items(table, attribute));
            }
            Table.Retention retention = table.retention();
            if (retention != null) {
                overdue.addAll(archived(retention));
            }
        }
        return overdue;
    }

    private List<Overdue> items(Table table, String attribute) {
        Instant now = clock.instant();
        Tally late = new Tally();
        Tally ignored = new Tally();
        client.scanPaginator(request -> request.tableName(names.physical(table.name()))
                        .filterExpression("#t < :latest")
                        .projectionExpression("#t")
                        .expressionAttributeNames(Map.of("#t", attribute))
                        .expressionAttributeValues(Map.of(
                                ":latest",
                                AttributeValue.fromN(
                                        Long.toString(now.minus(GRACE).getEpochSecond())))))
                .items()
                .forEach(item -> {
                    AttributeValue value = item.get(attribute);
                    if (value != null && value.n() != null) {
                        Instant expiry = Instant.ofEpochSecond((long) Double.parseDouble(value.n()));
                        (expiry.isBefore(now.minus(IGNORED)) ? ignored : late).add(expiry);
                    }
                });
        List<Overdue> overdue = new ArrayList<>();
        late.report(table.name(), Reason.NOT_DELETED, overdue);
        ignored.report(table.name(), Reason.IGNORED_BY_TTL, overdue);
        return overdue;
    }

    private List<Overdue> archived(Table.Retention retention) {
        // A lifecycle rule acts at the midnight after the last day.
        LocalDate last = clock.instant().atZone(ZoneOffset.UTC).toLocalDate().minusDays(retention.days() + 2L);
        Tally old = new Tally();
        for (String key : objects.apply(retention.archivePrefix())) {
            Matcher day = DAY.matcher(key.substring(retention.archivePrefix().length()));
            if (day.lookingAt()) {
                LocalDate date = LocalDate.of(
                        Integer.parseInt(day.group(1)), Integer.parseInt(day.group(2)), Integer.parseInt(day.group(3)));
                if (date.isBefore(last)) {
                    old.add(date.atStartOfDay().toInstant(ZoneOffset.UTC));
                }
            }
        }
        List<Overdue> overdue = new ArrayList<>();
        old.report(retention.archivePrefix(), Reason.ARCHIVE_TOO_OLD, overdue);
        return overdue;
    }

    private static final class Tally {
        private long count;
        private Instant oldest = Instant.MAX;

        private void add(Instant time) {
            count++;
            oldest = time.isBefore(oldest) ? time : oldest;
        }

        private void report(String where, Reason reason, List<Overdue> overdue) {
            if (count > 0) {
                overdue.add(new Overdue(where, reason, count, oldest));
            }
        }
    }
}
