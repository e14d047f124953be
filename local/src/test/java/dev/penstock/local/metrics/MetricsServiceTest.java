package dev.penstock.local.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.runtime.ServicesUnderTest;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.CloudWatchException;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.ScanBy;
import software.amazon.awssdk.services.cloudwatch.model.StandardUnit;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;

class MetricsServiceTest {
    private static final Instant NOON = ServicesUnderTest.NOON;

    private final ServicesUnderTest services = new ServicesUnderTest();
    private final CloudWatchClient metrics = services.client(CloudWatchClient.class);

    @AfterEach
    void close() {
        services.close();
    }

    @Test
    void givesBackWhatWasPut() {
        Dimension shop = Dimension.builder().name("Shop").value("one").build();
        for (double value : new double[] {1, 2, 6}) {
            metrics.putMetricData(r -> r.namespace("App")
                    .metricData(d -> d.metricName("Latency")
                            .value(value)
                            .unit(StandardUnit.MILLISECONDS)
                            .dimensions(shop)));
        }
        metrics.putMetricData(r -> r.namespace("App")
                .metricData(d -> d.metricName("Latency")
                        .dimensions(shop)
                        .timestamp(NOON.minus(Duration.ofMinutes(2)))
                        .values(10d, 20d)
                        .counts(1d, 2d)));
        var found = metrics.getMetricData(r -> r.startTime(NOON.minusSeconds(600))
                        .endTime(NOON.plusSeconds(60))
                        .scanBy(ScanBy.TIMESTAMP_ASCENDING)
                        .metricDataQueries(q -> q.id("m1")
                                .metricStat(s -> s.period(60)
                                        .stat("Average")
                                        .metric(m -> m.namespace("App")
                                                .metricName("Latency")
                                                .dimensions(shop)))))
                .metricDataResults()
                .getFirst();
        assertEquals(List.of(NOON.minusSeconds(120), NOON), found.timestamps());
        assertEquals(List.of(50 / 3d, 3d), found.values());
        var point = metrics.getMetricStatistics(r -> r.namespace("App")
                        .metricName("Latency")
                        .dimensions(shop)
                        .startTime(NOON)
                        .endTime(NOON.plusSeconds(60))
                        .period(60)
                        .statistics(Statistic.MAXIMUM, Statistic.SUM))
                .datapoints()
                .getFirst();
        assertEquals(6, point.maximum());
        assertEquals(9, point.sum());
        assertEquals(StandardUnit.MILLISECONDS, point.unit());
        assertEquals(
                List.of("Latency"),
                metrics.listMetrics(r -> r.namespace("App")).metrics().stream()
                        .map(m -> m.metricName())
                        .toList());
        assertTrue(metrics.listMetrics(r -> r.namespace("Other")).metrics().isEmpty());
    }

    @Test
    void findsMetricsEmbeddedInLogs() {
        String line = """
                {"_aws":{"Timestamp":%d,"CloudWatchMetrics":[{"Namespace":"Penstock","Dimensions":[["Table"],[]],\
                "Metrics":[{"Name":"Applied","Unit":"Count"},{"Name":"Lag","Unit":"Milliseconds"}]}]},\
                "Table":"Orders","Applied":3,"Lag":[1,5]}""".formatted(NOON.toEpochMilli());
        services.services().logs().append("us-east-1", "/aws/lambda/f", "s", line);
        services.services().logs().append("us-east-1", "/aws/lambda/f", "s", "{\"CloudWatchMetrics\" broken");
        var lag = new MetricStore.Metric("us-east-1", "Penstock", "Lag", Map.of("Table", "Orders"));
        assertEquals(
                new MetricStore.Statistics(2, 6, 1, 5, "Milliseconds"),
                services.services().metrics().total(lag));
        assertEquals(4, services.services().metrics().metrics().size());
    }

    @Test
    void speaksTheQueryProtocolOfOlderClients() throws Exception {
        String form = "Action=PutMetricData&Version=2010-08-01&Namespace=App&MetricData.member.1.MetricName=Old"
                + "&MetricData.member.1.Value=7&MetricData.member.1.Dimensions.member.1.Name=a"
                + "&MetricData.member.1.Dimensions.member.1.Value=b";
        try (HttpClient http = HttpClient.newHttpClient()) {
            var answer = http.send(
                    HttpRequest.newBuilder(services.gateway().endpoint())
                            .header("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
                            .POST(HttpRequest.BodyPublishers.ofString(form, UTF_8))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertEquals(200, answer.statusCode(), answer.body());
        }
        assertEquals(
                "b",
                metrics.listMetrics(r -> r.metricName("Old"))
                        .metrics()
                        .getFirst()
                        .dimensions()
                        .getFirst()
                        .value());
    }

    @Test
    void refusesBadInput() {
        assertEquals(
                400,
                status(() -> metrics.putMetricData(r -> r.namespace("AWS/Lambda")
                        .metricData(d -> d.metricName("m").value(1d)))));
        assertEquals(
                400, status(() -> metrics.putMetricData(r -> r.namespace("App").metricData(d -> d.metricName("m")))));
        assertEquals(
                501,
                status(() -> metrics.getMetricData(r -> r.startTime(NOON)
                        .endTime(NOON)
                        .metricDataQueries(q -> q.id("e").expression("m1*2")))));
        assertEquals(501, status(() -> metrics.listDashboards()));
    }

    private static int status(Runnable action) {
        return assertThrows(CloudWatchException.class, action::run).statusCode();
    }
}
