package dev.penstock.infra.dax;

import dev.penstock.infra.alarms.AlarmTopic;
import dev.penstock.infra.settings.Settings;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.Dashboard;
import software.amazon.awscdk.services.cloudwatch.GraphWidget;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.MathExpression;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.constructs.Construct;

/** When the cluster is too small, too cold, or down. */
final class DaxAlarms {

    private static final Duration PERIOD = Duration.minutes(5);
    private static final int BUSY_PERCENT = 80;
    private static final int MISS_PERCENT = 50;

    private DaxAlarms() {}

    static void define(Construct scope, Settings settings, String cluster) {
        var topic = new AlarmTopic(scope, settings);
        var counts = new TreeMap<String, IMetric>();
        counts.put("misses", metric(cluster, "ItemCacheMisses", "Sum"));
        counts.put("hits", metric(cluster, "ItemCacheHits", "Sum"));
        var missRate = MathExpression.Builder.create()
                .expression("100 * misses / (hits + misses)")
                .usingMetrics(counts)
                .label("item cache miss %")
                .period(PERIOD)
                .build();
        topic.alarm(
                "Cpu",
                metric(cluster, "CPUUtilization", "Maximum"),
                BUSY_PERCENT,
                3,
                "A DAX node is busy: OPERATIONS.md, DAX too small");
        topic.alarm(
                "Evictions",
                metric(cluster, "EvictedSize", "Sum"),
                0,
                3,
                "DAX evicts items before their time: OPERATIONS.md, DAX too small");
        topic.alarm("Faults", metric(cluster, "FaultRequestCount", "Sum"), 0, 3, "DAX fails: OPERATIONS.md, DAX down");
        topic.alarm(
                "Errors", metric(cluster, "ErrorRequestCount", "Sum"), 0, 3, "DAX refuses: OPERATIONS.md, DAX down");
        topic.alarm("MissRate", missRate, MISS_PERCENT, 6, "DAX is hardly hit: OPERATIONS.md, DAX cold");
        Dashboard.Builder.create(scope, "Dashboard")
                .dashboardName(settings.prefix() + "dax")
                .widgets(List.of(
                        List.of(
                                graph(
                                        "Hits and misses",
                                        metric(cluster, "ItemCacheHits", "Sum"),
                                        metric(cluster, "ItemCacheMisses", "Sum")),
                                graph("CPU %", metric(cluster, "CPUUtilization", "Maximum"))),
                        List.of(
                                graph("Evicted bytes", metric(cluster, "EvictedSize", "Sum")),
                                graph("Session lookup, p99 ms", lookup("Dax"), lookup("Table")))))
                .build();
    }

    private static Metric metric(String cluster, String name, String statistic) {
        return Metric.Builder.create()
                .namespace("AWS/DAX")
                .metricName(name)
                .dimensionsMap(Map.of("ClusterId", cluster))
                .statistic(statistic)
                .period(PERIOD)
                .build();
    }

    private static Metric lookup(String by) {
        return Metric.Builder.create()
                .namespace("Penstock")
                .metricName("SessionLookup")
                .dimensionsMap(Map.of("By", by))
                .statistic("p99")
                .label(by)
                .period(PERIOD)
                .build();
    }

    private static GraphWidget graph(String title, IMetric... metrics) {
        return GraphWidget.Builder.create()
                .title(title)
                .left(Stream.of(metrics).toList())
                .width(12)
                .build();
    }
}
