package dev.penstock.infra.regions;

import dev.penstock.infra.alarms.AlarmTopic;
import dev.penstock.infra.settings.Settings;
import dev.penstock.infra.settings.StageStack;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Table;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.constructs.Construct;

/**
 * What watches over a region of global tables: a canary that writes and reads, and for each table and each other region an
 * alarm on how far that one lags behind.
 */
public final class RegionsStack extends StageStack {

    private static final Duration LAG = Duration.minutes(1);
    private static final int PERIODS = 5;

    public RegionsStack(Construct scope, Settings settings, String region, Catalog catalog, Optional<String> keyArn) {
        super(scope, "Regions", settings, region, "Watches over global tables in this region");
        var topic = new AlarmTopic(this, settings);
        Canary.define(this, settings, region, keyArn, topic);
        for (Table table : catalog.allTables()) {
            if (table.isGlobal()) {
                settings.regions().stream()
                        .filter(receiver -> !receiver.equals(region))
                        .forEach(receiver -> lag(topic, table, receiver));
            }
        }
    }

    private void lag(AlarmTopic topic, Table table, String receiver) {
        var dimensions = new TreeMap<String, String>();
        dimensions.put("ReceivingRegion", receiver);
        dimensions.put("TableName", settings().name(table.name()));
        topic.alarm(
                table.name() + "To-" + receiver,
                Metric.Builder.create()
                        .namespace("AWS/DynamoDB")
                        .metricName("ReplicationLatency")
                        .dimensionsMap(dimensions)
                        .statistic("Average")
                        .period(Duration.minutes(1))
                        .build(),
                LAG.toMilliseconds(),
                PERIODS,
                "Table %s reaches %s more than a minute late: OPERATIONS.md, lost region"
                        .formatted(table.name(), receiver));
    }
}
