package dev.penstock.local.cli;

import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Effect;
import dev.penstock.lambdas.catalog.View;
import dev.penstock.lambdas.tables.TableNames;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/**
 * What comparing all views and aggregates with their sources reads, by the sizes that DescribeTable tells (at most six
 * hours old on AWS): every table in strongly consistent pages of 4 KB a unit, and a unit for each row of a view that is
 * looked up, there and back.
 */
final class VerifyCost {
    private static final long UNIT = 4_096;

    /** On-demand price of a million read request units in us-east-1. */
    private static final double DOLLARS_PER_MILLION = 0.125;

    private final DynamoDbClient client;
    private final TableNames names;
    private final Catalog catalog;

    VerifyCost(DynamoDbClient client, TableNames names, Catalog catalog) {
        this.client = client;
        this.names = names;
        this.catalog = catalog;
    }

    /** Read request units. */
    long units() {
        long units = 0;
        for (Effect effect : catalog.effects()) {
            TableDescription derived = table(effect.tableName());
            units += pages(table(effect.source())) + pages(derived);
            units += switch (effect) {
                case View ignored -> 2 * derived.itemCount();
                case Aggregate ignored -> 0;
            };
        }
        return units;
    }

    /** In a sentence. */
    String text() {
        long units = units();
        return "verify reads whole tables: about %,d read request units, %.2f USD at the on-demand price of us-east-1; an archive that effects keep is read besides"
                .formatted(units, units * DOLLARS_PER_MILLION / 1_000_000);
    }

    private TableDescription table(String name) {
        return client.describeTable(describe -> describe.tableName(names.physical(name)))
                .table();
    }

    private static long pages(TableDescription table) {
        return (table.tableSizeBytes() + UNIT - 1) / UNIT;
    }
}
