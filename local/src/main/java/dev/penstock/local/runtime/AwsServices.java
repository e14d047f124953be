package dev.penstock.local.runtime;

import dev.penstock.local.clients.Clients;
import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.console.ControlService;
import dev.penstock.local.events.EventBridgeService;
import dev.penstock.local.events.EventBus;
import dev.penstock.local.events.Schedule;
import dev.penstock.local.events.Scheduled;
import dev.penstock.local.events.SchedulerService;
import dev.penstock.local.events.Targets;
import dev.penstock.local.functions.LogSink;
import dev.penstock.local.functions.Metrics;
import dev.penstock.local.gateway.Gateway;
import dev.penstock.local.glue.GlueService;
import dev.penstock.local.logs.LogStore;
import dev.penstock.local.logs.LogsService;
import dev.penstock.local.mail.MailBox;
import dev.penstock.local.mail.SesService;
import dev.penstock.local.metrics.EmbeddedMetrics;
import dev.penstock.local.metrics.MetricStore;
import dev.penstock.local.metrics.MetricsService;
import dev.penstock.local.s3.Lifecycle;
import dev.penstock.local.s3.ObjectStore;
import dev.penstock.local.s3.S3Service;
import dev.penstock.local.sns.SnsService;
import dev.penstock.local.sqs.SqsService;
import dev.penstock.local.sts.StsService;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The services beside DynamoDB and Lambda: S3, SQS, SNS, SES, STS, EventBridge, CloudWatch Logs and metrics. */
public final class AwsServices implements AutoCloseable {
    private final Owned owned = new Owned();
    private final ObjectStore objects;
    private final LogStore logs;
    private final MetricStore metrics;
    private final MailBox mails;
    private final EventBus events;
    private final Scheduled schedules;

    private AwsServices(Gateway gateway, MovableClock clock, @Nullable Path data, Function<String, Clients> clients) {
        objects = owned.add(data == null ? ObjectStore.inMemory(clock) : ObjectStore.open(data.resolve("s3"), clock));
        mails = data == null ? MailBox.inMemory() : MailBox.open(data.resolve("mail.jsonl"));
        logs = new LogStore(clock);
        metrics = new MetricStore(clock);
        logs.onEvent(new EmbeddedMetrics(metrics));
        Targets targets = owned.add(new Targets(clients));
        events = new EventBus(clock, targets);
        schedules = owned.add(new Scheduled(clock));
        Lifecycle lifecycle = new Lifecycle(objects);
        schedules.put("s3 lifecycle", Schedule.parse("cron(0 0 * * ? *)", ZoneOffset.UTC), due -> lifecycle.sweep());
        gateway.add(new S3Service(objects))
                .add(owned.add(new SqsService(gateway::endpoint)))
                .add(owned.add(new SnsService(clock, clients)))
                .add(new SesService(mails, clock, targets, events))
                .add(new StsService(clock))
                .add(new EventBridgeService(events, schedules))
                .add(new SchedulerService(clock, schedules, targets))
                .add(new GlueService(clock))
                .add(new LogsService(logs))
                .add(new MetricsService(metrics));
    }

    /**
     * Adds the services to a gateway.
     *
     * @param data where buckets and mails are kept; {@code null}: in memory only
     * @param clients the clients of a region, for what one service delivers to another
     */
    public static AwsServices open(
            Gateway gateway, MovableClock clock, @Nullable Path data, Function<String, Clients> clients) {
        return new AwsServices(gateway, clock, data, clients);
    }

    /** Adds {@code GET /_penstock/mail} and {@code GET /_penstock/metrics}. */
    public AwsServices addTo(ControlService control) {
        control.get("mail", mails::all).get("metrics", this::metricTotals);
        return this;
    }

    private List<Map<String, Object>> metricTotals() {
        return metrics.metrics().stream()
                .sorted(Comparator.comparing(MetricStore.Metric::namespace)
                        .thenComparing(MetricStore.Metric::name)
                        .thenComparing(metric -> new TreeMap<>(metric.dimensions()).toString()))
                .map(metric -> {
                    MetricStore.Statistics total = metrics.total(metric);
                    Map<String, Object> shown = new LinkedHashMap<>();
                    shown.put("region", metric.region());
                    shown.put("namespace", metric.namespace());
                    shown.put("name", metric.name());
                    shown.put("dimensions", new TreeMap<>(metric.dimensions()));
                    shown.put("unit", total.unit());
                    shown.put("count", total.count());
                    shown.put("sum", total.sum());
                    shown.put("minimum", total.minimum());
                    shown.put("maximum", total.maximum());
                    return shown;
                })
                .toList();
    }

    /** Where functions of a region log. */
    public LogSink logSink(String region) {
        return (function, stream, line) -> logs.append(region, function.logGroup(), stream, line);
    }

    /** Where functions of a region are measured. */
    public Metrics functionMetrics(String region) {
        return (name, value, unit, dimensions) -> metrics.put(region, "AWS/Lambda", name, value, unit, dimensions);
    }

    public ObjectStore objects() {
        return objects;
    }

    public LogStore logs() {
        return logs;
    }

    public MetricStore metrics() {
        return metrics;
    }

    public MailBox mails() {
        return mails;
    }

    public EventBus events() {
        return events;
    }

    public Scheduled schedules() {
        return schedules;
    }

    @Override
    public void close() {
        owned.close();
    }
}
