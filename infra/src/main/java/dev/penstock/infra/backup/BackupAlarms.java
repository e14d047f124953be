package dev.penstock.infra.backup;

import dev.penstock.infra.alarms.AlarmTopic;
import dev.penstock.infra.settings.Settings;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.ComparisonOperator;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.cloudwatch.Stats;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.amazon.awscdk.services.events.EventPattern;
import software.amazon.awscdk.services.events.Rule;
import software.amazon.awscdk.services.events.targets.SnsTopic;
import software.constructs.Construct;

/** A backup that failed, and, worse because silent, no backup at all. */
final class BackupAlarms {

    /** A day and the two hours that a daily rule may start and finish later than the day before. */
    private static final int HOURS_WITHOUT_RECOVERY_POINT = 26;

    private BackupAlarms() {}

    static void define(Construct scope, Settings settings) {
        var topic = new AlarmTopic(scope, settings);
        // Restore jobs report a status where backup and copy jobs report a state (AWS Backup: EventBridge).
        failed(scope, topic, "JobFailed", "state", "Backup Job State Change", "Copy Job State Change");
        failed(scope, topic, "RestoreFailed", "status", "Restore Job State Change");
        topic.deliver(Alarm.Builder.create(scope, "NoRecoveryPoint")
                .metric(Metric.Builder.create()
                        .namespace("AWS/Backup")
                        .metricName("NumberOfBackupJobsCompleted")
                        .dimensionsMap(Map.of("BackupVaultName", Vault.name(settings)))
                        .statistic(Stats.SUM)
                        .period(Duration.hours(1))
                        .build())
                .comparisonOperator(ComparisonOperator.LESS_THAN_THRESHOLD)
                .threshold(1)
                .evaluationPeriods(HOURS_WITHOUT_RECOVERY_POINT)
                // Without the region's opt-in to DynamoDB nothing is backed up and nothing fails: silence must alarm.
                .treatMissingData(TreatMissingData.BREACHING)
                .alarmDescription("No backup was completed for 26 hours: OPERATIONS.md, no recovery point")
                .build());
    }

    private static void failed(Construct scope, AlarmTopic topic, String id, String field, String... detailTypes) {
        Rule.Builder.create(scope, id)
                .description("A job of AWS Backup did not complete")
                .eventPattern(EventPattern.builder()
                        .source(List.of("aws.backup"))
                        .detailType(List.of(detailTypes))
                        .detail(Map.of(field, List.of("ABORTED", "EXPIRED", "FAILED", "PARTIAL")))
                        .build())
                .targets(List.of(new SnsTopic(topic.topic())))
                .build();
    }
}
