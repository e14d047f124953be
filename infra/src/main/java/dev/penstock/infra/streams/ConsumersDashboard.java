package dev.penstock.infra.streams;

import dev.penstock.infra.settings.Settings;
import java.util.List;
import software.amazon.awscdk.services.cloudwatch.Dashboard;
import software.amazon.awscdk.services.cloudwatch.GraphWidget;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.IWidget;
import software.constructs.Construct;

/** One row for each consumer of a region: how far behind, how many, how many in vain. */
final class ConsumersDashboard {

    private static final int THIRD = 8;

    private ConsumersDashboard() {}

    static void define(Construct scope, Settings settings, List<StreamHandler> handlers, String name) {
        Dashboard.Builder.create(scope, "Dashboard")
                .dashboardName(settings.prefix() + name)
                .widgets(handlers.stream().map(ConsumersDashboard::row).toList())
                .build();
    }

    private static List<? extends IWidget> row(StreamHandler handler) {
        String name = handler.consumer().name();
        var function = handler.function().function();
        return List.of(
                graph(name + ": ms behind", ConsumerAlarms.iteratorAge(handler)),
                graph(
                        name + ": events",
                        ConsumerAlarms.mappingMetric(handler, "PolledEventCount"),
                        ConsumerAlarms.mappingMetric(handler, "FilteredOutEventCount"),
                        ConsumerAlarms.mappingMetric(handler, "InvokedEventCount")),
                graph(
                        name + ": failures",
                        function.metricErrors(),
                        function.metricThrottles(),
                        ConsumerAlarms.mappingMetric(handler, "FailedInvokeEventCount"),
                        ConsumerAlarms.mappingMetric(handler, "OnFailureDestinationDeliveredEventCount")));
    }

    private static GraphWidget graph(String title, IMetric... metrics) {
        return GraphWidget.Builder.create()
                .title(title)
                .left(List.of(metrics))
                .width(THIRD)
                .build();
    }
}
