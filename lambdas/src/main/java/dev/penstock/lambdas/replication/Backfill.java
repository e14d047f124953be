package dev.penstock.lambdas.replication;

import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Replication;
import dev.penstock.lambdas.tables.Items;
import dev.penstock.lambdas.tables.TableNames;
import java.util.function.LongConsumer;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Shows the items in a target that were there before their replication, whose stream tells only of the last 24 hours.
 * It runs while the stream flows, and again after it was broken off: a row that is there already, a tombstone too, is
 * newer than what a scan can find.
 */
public final class Backfill {
    private final DynamoDbClient from;
    private final TableNames names;
    private final Replication replication;
    private final CopyWriter writer;

    /**
     * @param from client of the source's region
     * @param to client of the target's region
     */
    public Backfill(
            Catalog catalog, Replication replication, TableNames names, DynamoDbClient from, DynamoDbClient to) {
        this.from = from;
        this.names = names;
        this.replication = replication;
        this.writer = new CopyWriter(
                to,
                target(replication, names),
                replication,
                catalog.table(replication.source()),
                (key, winner, loser, row) -> {});
    }

    /**
     * What was done.
     *
     * @param items of the source that were looked at
     * @param written rows that were missing
     */
    public record Report(long items, long written) {}

    /**
     * Fills the target.
     *
     * @param origin {@code REGION/ACCOUNT} of the source
     * @param progress told the number of items done
     */
    public Report run(String origin, LongConsumer progress) {
        String source = names.physical(replication.source());
        Version before = Version.before(origin + "/" + source);
        long items = 0;
        long written = 0;
        for (var item : from.scanPaginator(scan -> scan.tableName(source).consistentRead(true))
                .items()) {
            written += writer.fill(Items.fromSdk(item), before) ? 1 : 0;
            progress.accept(++items);
        }
        return new Report(items, written);
    }

    private static String target(Replication replication, TableNames names) {
        String name = names.physical(replication.target());
        return replication.account() == null
                ? name
                : "arn:aws:dynamodb:%s:%s:table/%s".formatted(replication.region(), replication.account(), name);
    }
}
