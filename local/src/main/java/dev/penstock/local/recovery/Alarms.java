package dev.penstock.local.recovery;

import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.CloudWatchException;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;

/** The alarms of a table, again for its restored copy: they name the table, so a restore leaves them behind. */
final class Alarms {
    private static final int NOT_SIMULATED = 501;
    private static final String TABLE = "TableName";

    private Alarms() {}

    /** Says in a line what was copied. */
    static String copy(CloudWatchClient cloudWatch, String from, String to) {
        try {
            List<String> copied = new ArrayList<>();
            for (MetricAlarm alarm : cloudWatch.describeAlarmsPaginator().metricAlarms()) {
                if (alarm.dimensions().stream().anyMatch(dimension -> isTable(dimension, from))) {
                    copied.add(put(cloudWatch, alarm, from, to));
                }
            }
            return copied.isEmpty() ? "none of the source" : String.join(", ", copied);
        } catch (CloudWatchException e) {
            if (e.statusCode() == NOT_SIMULATED) {
                return "not looked at: alarms are not simulated locally";
            }
            throw e;
        }
    }

    private static boolean isTable(Dimension dimension, String table) {
        return dimension.name().equals(TABLE) && dimension.value().equals(table);
    }

    private static String put(CloudWatchClient cloudWatch, MetricAlarm alarm, String from, String to) {
        String name = alarm.alarmName() + "-" + to;
        cloudWatch.putMetricAlarm(request -> request.alarmName(name)
                .alarmDescription(alarm.alarmDescription())
                .namespace(alarm.namespace())
                .metricName(alarm.metricName())
                .statistic(alarm.statistic())
                .extendedStatistic(alarm.extendedStatistic())
                .period(alarm.period())
                .unit(alarm.unit())
                .threshold(alarm.threshold())
                .comparisonOperator(alarm.comparisonOperator())
                .evaluationPeriods(alarm.evaluationPeriods())
                .datapointsToAlarm(alarm.datapointsToAlarm())
                .treatMissingData(alarm.treatMissingData())
                .actionsEnabled(alarm.actionsEnabled())
                .alarmActions(alarm.alarmActions())
                .okActions(alarm.okActions())
                .insufficientDataActions(alarm.insufficientDataActions())
                .dimensions(alarm.dimensions().stream()
                        .map(dimension -> isTable(dimension, from)
                                ? dimension.toBuilder().value(to).build()
                                : dimension)
                        .toList()));
        return name;
    }
}
