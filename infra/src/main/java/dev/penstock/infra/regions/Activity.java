package dev.penstock.infra.regions;

import dev.penstock.infra.settings.Settings;
import dev.penstock.lambdas.catalog.Access;
import dev.penstock.lambdas.catalog.BatchSettings;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Consumer;
import dev.penstock.lambdas.catalog.Table;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which consumers run in which region. Every replica's stream shows every write, so a consumer that must act once in all
 * runs in the active region alone.
 */
public final class Activity {

    private Activity() {}

    /** The consumers of a region: of tables that live in the primary region only, there; of global tables by their activity. */
    public static List<Consumer> consumers(Catalog catalog, Settings settings, String region) {
        return catalog.allConsumers().stream()
                .filter(consumer -> runs(consumer, catalog.table(consumer.source()), settings, region))
                .map(consumer -> hasAll(consumer, settings, region) ? consumer : fromNowOn(consumer))
                .toList();
    }

    /**
     * Whether a consumer may begin with all that the stream holds: where it has always been, and where it knows since when
     * it acts.
     */
    private static boolean hasAll(Consumer consumer, Settings settings, String region) {
        return region.equals(settings.region())
                || (consumer.sendsMail() && settings.activity().moved());
    }

    /**
     * What happened before the region became active has been acted upon in the other one: reading it again would mail
     * people twice.
     */
    private static Consumer fromNowOn(Consumer consumer) {
        BatchSettings batch = consumer.batch();
        return new Consumer(
                consumer.name(),
                consumer.source(),
                consumer.handler(),
                consumer.filters(),
                new BatchSettings(
                        batch.batchSize(),
                        batch.window(),
                        batch.parallelization(),
                        batch.maxRetryAttempts(),
                        batch.maxRecordAge(),
                        batch.bisect(),
                        batch.tumblingWindow(),
                        BatchSettings.StartingPosition.LATEST),
                consumer.access(),
                consumer.activity());
    }

    private static boolean runs(Consumer consumer, Table source, Settings settings, String region) {
        boolean primary = region.equals(settings.region());
        if (!source.isGlobal()) {
            return primary;
        }
        return switch (consumer.activity()) {
            case EVERY_REGION -> true;
            case ACTIVE_REGION -> settings.activity().include(region);
        };
    }

    /**
     * The tables that consumers of a replica's region need there: rows, claims and guards are never global, or two regions
     * would write the same ones.
     */
    public static List<Table> privateTables(Catalog catalog, Settings settings, String region) {
        Set<String> needed = consumers(catalog, settings, region).stream()
                .flatMap(consumer -> consumer.access().stream())
                .flatMap(Activity::tableOf)
                .collect(Collectors.toSet());
        return catalog.derivedTables().stream()
                .filter(table -> needed.contains(table.name()))
                .toList();
    }

    private static Stream<String> tableOf(Access access) {
        return switch (access) {
            case Access.Reads(String table) -> Stream.of(table);
            case Access.Writes(String table) -> Stream.of(table);
            default -> Stream.empty();
        };
    }
}
