package dev.penstock.local.recovery;

import dev.penstock.lambdas.catalog.Replication;
import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.replication.Backfill;
import dev.penstock.local.redelivery.Site;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/**
 * The targets of a table's replications after it was replaced: their rows know of writes that are undone. Those are
 * removed, and what the table holds now is filled in; what the new stream has told already stays.
 */
final class Copies {
    private final Site site;
    private final Function<String, DynamoDbClient> regions;
    private final PrintWriter out;

    /** @param regions the client of a region */
    Copies(Site site, Function<String, DynamoDbClient> regions, PrintWriter out) {
        this.site = site;
        this.regions = regions;
        this.out = out;
    }

    static List<Replication> of(Table source) {
        return Storefront.catalog().replications().stream()
                .filter(replication -> replication.source().equals(source.name()))
                .toList();
    }

    void renew(Table source, TableDescription made) {
        String[] arn = made.tableArn().split(":", 6);
        String place = arn[3] + "/" + arn[4];
        for (Replication replication : of(source)) {
            if (replication.account() != null) {
                out.printf(
                        "  by hand: %s in account %s, with its credentials%n",
                        replication.target(), replication.account());
                continue;
            }
            DynamoDbClient target = regions.apply(replication.region());
            long removed = remove(target, replication, place + "/" + made.tableName(), made.latestStreamLabel());
            var report = new Backfill(Storefront.catalog(), replication, site.names(), site.dynamoDb(), target)
                    .run(place, items -> {});
            out.printf(
                    "- %s in %s: %,d rows removed, %,d filled in%n",
                    replication.target(), replication.region(), removed, report.written());
            out.flush();
        }
    }

    private long remove(DynamoDbClient target, Replication replication, String origin, String newLabel) {
        String table = site.names().physical(replication.target());
        List<String> keys = Keys.names(target, table);
        long removed = 0;
        for (Map<String, AttributeValue> row : target.scanPaginator(
                        scan -> scan.tableName(table).consistentRead(true))
                .items()) {
            AttributeValue from = row.get(Replication.ORIGIN);
            AttributeValue version = row.get(Replication.VERSION);
            if (from == null
                    || version == null
                    || !origin.equals(from.s())
                    || version.s().contains(newLabel)) {
                continue;
            }
            Map<String, AttributeValue> key = new HashMap<>(row);
            key.keySet().retainAll(keys);
            try {
                target.deleteItem(delete -> delete.tableName(table)
                        .key(key)
                        .conditionExpression("#version = :version")
                        .expressionAttributeNames(Map.of("#version", Replication.VERSION))
                        .expressionAttributeValues(Map.of(":version", version)));
                removed++;
            } catch (ConditionalCheckFailedException overtaken) {
                // The new stream has just written it.
            }
        }
        return removed;
    }
}
