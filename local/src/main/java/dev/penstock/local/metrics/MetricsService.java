package dev.penstock.local.metrics;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.gateway.Response;
import dev.penstock.local.gateway.Service;
import dev.penstock.local.metrics.MetricStore.Metric;
import dev.penstock.local.metrics.MetricStore.Statistics;
import dev.penstock.local.wire.JsonOperations;
import dev.penstock.local.wire.QueryOperations;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Datapoint;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataResponse;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricStatisticsRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricStatisticsResponse;
import software.amazon.awssdk.services.cloudwatch.model.ListMetricsRequest;
import software.amazon.awssdk.services.cloudwatch.model.ListMetricsResponse;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataResult;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricDataResponse;
import software.amazon.awssdk.services.cloudwatch.model.ScanBy;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/** CloudWatch metrics, in CBOR (current SDKs), JSON and the query protocol (older ones). */
public final class MetricsService implements Service {
    private final MetricStore store;
    private final JsonOperations json = new JsonOperations("monitoring", CloudWatchClient.class);
    private final QueryOperations query = new QueryOperations(
            "monitoring", "http://monitoring.amazonaws.com/doc/2010-08-01/", CloudWatchClient.class);

    public MetricsService(MetricStore store) {
        this.store = store;
        on("PutMetricData", PutMetricDataRequest::builder, this::put);
        on("GetMetricData", GetMetricDataRequest::builder, this::get);
        on("GetMetricStatistics", GetMetricStatisticsRequest::builder, this::statistics);
        on("ListMetrics", ListMetricsRequest::builder, this::list);
    }

    private <B extends SdkPojo & SdkBuilder<B, I>, I> void on(
            String operation, Supplier<B> builder, BiFunction<I, Request, ? extends SdkPojo> handler) {
        json.on(operation, builder, handler);
        query.on(operation, builder, handler);
    }

    @Override
    public String signingName() {
        return "monitoring";
    }

    @Override
    public Response handle(Request request) {
        boolean isQuery = request.header("content-type").orElse("").startsWith("application/x-www-form-urlencoded");
        return isQuery ? query.handle(request) : json.handle(request);
    }

    private PutMetricDataResponse put(PutMetricDataRequest request, Request http) {
        String namespace = request.namespace();
        if (namespace == null || namespace.isBlank() || namespace.startsWith(":")) {
            throw invalid("MissingParameter", "The parameter Namespace is required.");
        }
        if (namespace.startsWith("AWS/")) {
            throw invalid("InvalidParameterValue", "The value AWS/ for parameter Namespace is invalid.");
        }
        for (MetricDatum datum : request.metricData()) {
            if (datum.metricName() == null || datum.metricName().isEmpty()) {
                throw invalid("MissingParameter", "The parameter MetricData.member.1.MetricName is required.");
            }
            Metric metric = new Metric(http.region(), namespace, datum.metricName(), dimensions(datum.dimensions()));
            Instant time = datum.timestamp() == null ? store.now() : datum.timestamp();
            values(datum).forEach(values -> store.add(metric, time, values));
        }
        return PutMetricDataResponse.builder().build();
    }

    private static List<Statistics> values(MetricDatum datum) {
        String unit = datum.unitAsString();
        List<Statistics> all = new ArrayList<>();
        if (datum.value() != null) {
            all.add(Statistics.of(datum.value(), 1, unit));
        }
        for (int i = 0; i < datum.values().size(); i++) {
            double count = i < datum.counts().size() ? datum.counts().get(i) : 1;
            all.add(Statistics.of(datum.values().get(i), count, unit));
        }
        var set = datum.statisticValues();
        if (set != null) {
            all.add(new Statistics(set.sampleCount(), set.sum(), set.minimum(), set.maximum(), unit));
        }
        if (all.isEmpty()) {
            throw invalid(
                    "InvalidParameterCombination",
                    "At least one of the parameters MetricData.member.1.Value and MetricData.member.1.StatisticValues must be specified.");
        }
        return all;
    }

    private GetMetricDataResponse get(GetMetricDataRequest request, Request http) {
        Instant from = required(request.startTime(), "StartTime");
        Instant to = required(request.endTime(), "EndTime");
        boolean ascending = request.scanBy() == ScanBy.TIMESTAMP_ASCENDING;
        List<MetricDataResult> results = new ArrayList<>();
        for (MetricDataQuery each : request.metricDataQueries()) {
            if (each.metricStat() == null) {
                throw AwsError.notSimulated("monitoring", "metric math " + each.expression());
            }
            var stat = each.metricStat();
            Metric metric = new Metric(
                    http.region(),
                    stat.metric().namespace(),
                    stat.metric().metricName(),
                    dimensions(stat.metric().dimensions()));
            NavigableMap<Long, Statistics> found = store.between(metric, from, to, period(stat.period()));
            NavigableMap<Long, Statistics> ordered = ascending ? found : found.descendingMap();
            results.add(MetricDataResult.builder()
                    .id(each.id())
                    .label(each.label() == null ? stat.metric().metricName() : each.label())
                    .statusCode("Complete")
                    .timestamps(
                            ordered.keySet().stream().map(Instant::ofEpochMilli).toList())
                    .values(ordered.values().stream()
                            .map(values -> statistic(values, stat.stat()))
                            .toList())
                    .build());
        }
        return GetMetricDataResponse.builder().metricDataResults(results).build();
    }

    private static double statistic(Statistics values, @Nullable String name) {
        return switch (name == null ? "" : name) {
            case "SampleCount" -> values.count();
            case "Sum" -> values.sum();
            case "Average" -> values.sum() / values.count();
            case "Minimum" -> values.minimum();
            case "Maximum" -> values.maximum();
            default -> throw AwsError.notSimulated("monitoring", "statistic " + name);
        };
    }

    private GetMetricStatisticsResponse statistics(GetMetricStatisticsRequest request, Request http) {
        if (!request.extendedStatistics().isEmpty()) {
            throw AwsError.notSimulated("monitoring", "statistics " + request.extendedStatistics());
        }
        Metric metric = new Metric(
                http.region(), text(request.namespace()), text(request.metricName()), dimensions(request.dimensions()));
        List<Datapoint> points = new ArrayList<>();
        store.between(
                        metric,
                        required(request.startTime(), "StartTime"),
                        required(request.endTime(), "EndTime"),
                        period(request.period()))
                .forEach((start, values) -> {
                    var point = Datapoint.builder()
                            .timestamp(Instant.ofEpochMilli(start))
                            .unit(values.unit());
                    for (String name : request.statisticsAsStrings()) {
                        double value = statistic(values, name);
                        switch (name) {
                            case "SampleCount" -> point.sampleCount(value);
                            case "Sum" -> point.sum(value);
                            case "Average" -> point.average(value);
                            case "Minimum" -> point.minimum(value);
                            default -> point.maximum(value);
                        }
                    }
                    points.add(point.build());
                });
        return GetMetricStatisticsResponse.builder()
                .label(request.metricName())
                .datapoints(points)
                .build();
    }

    private ListMetricsResponse list(ListMetricsRequest request, Request http) {
        return ListMetricsResponse.builder()
                .metrics(store.metrics().stream()
                        .filter(metric -> metric.region().equals(http.region()))
                        .filter(metric -> request.namespace() == null
                                || request.namespace().equals(metric.namespace()))
                        .filter(metric -> request.metricName() == null
                                || request.metricName().equals(metric.name()))
                        .filter(metric -> request.dimensions().stream()
                                .allMatch(filter -> filter.value() == null
                                        ? metric.dimensions().containsKey(filter.name())
                                        : filter.value()
                                                .equals(metric.dimensions().get(filter.name()))))
                        .sorted(Comparator.comparing(Metric::namespace).thenComparing(Metric::name))
                        .map(metric -> software.amazon.awssdk.services.cloudwatch.model.Metric.builder()
                                .namespace(metric.namespace())
                                .metricName(metric.name())
                                .dimensions(new TreeMap<>(metric.dimensions())
                                        .entrySet().stream()
                                                .map(entry -> Dimension.builder()
                                                        .name(entry.getKey())
                                                        .value(entry.getValue())
                                                        .build())
                                                .toList())
                                .build())
                        .toList())
                .build();
    }

    private static Duration period(@Nullable Integer seconds) {
        if (seconds == null || seconds < 60 || seconds % 60 != 0) {
            throw invalid(
                    "InvalidParameterValue",
                    "Period must be a multiple of 60 seconds here (values are kept by the minute); given: " + seconds);
        }
        return Duration.ofSeconds(seconds);
    }

    private static Instant required(@Nullable Instant time, String name) {
        if (time == null) {
            throw invalid("MissingParameter", "The parameter " + name + " is required.");
        }
        return time;
    }

    private static Map<String, String> dimensions(List<Dimension> dimensions) {
        return dimensions.stream().collect(Collectors.toMap(d -> text(d.name()), d -> text(d.value()), (a, b) -> b));
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    private static AwsError invalid(String code, String message) {
        return new AwsError(400, code, message);
    }
}
