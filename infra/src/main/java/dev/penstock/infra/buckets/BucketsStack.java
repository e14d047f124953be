package dev.penstock.infra.buckets;

import dev.penstock.infra.alarms.AlarmTopic;
import dev.penstock.infra.settings.Settings;
import dev.penstock.infra.settings.StageStack;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.diversion.FailureBucket;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.ComparisonOperator;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.cloudwatch.Stats;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.amazon.awscdk.services.s3.LifecycleRule;
import software.constructs.Construct;

/** What streams leave behind: records that could not be handled, and items that have expired. */
public final class BucketsStack extends StageStack {

    /** Defines the buckets of a region. */
    public BucketsStack(Construct scope, Settings settings, String region, Catalog catalog, Optional<String> keyArn) {
        super(scope, "Buckets", settings, region, "Failed records and archived items");
        DataBucket.in(this, "Failures", settings, keyArn, failureRules())
                .bucketName(failures(settings, region))
                .build();
        alarmWhileNotEmpty(failures(settings, region));
        DataBucket.in(this, "Archive", settings, keyArn, archiveRules(catalog))
                .bucketName(archive(settings, region))
                .build();
    }

    /**
     * What was removed goes within days: what is left of it, markers included, counts as objects, and keeps the alarm on.
     */
    private static List<LifecycleRule> failureRules() {
        return List.of(
                LifecycleRule.builder()
                        .id("failures")
                        .prefix("")
                        .expiration(Duration.days((int) FailureBucket.KEPT.toDays()))
                        .noncurrentVersionExpiration(Duration.days(1))
                        .abortIncompleteMultipartUploadAfter(Duration.days(1))
                        .build(),
                LifecycleRule.builder()
                        .id("markers")
                        .expiredObjectDeleteMarker(true)
                        .build());
    }

    /** S3 counts objects once a day, and tells it late: one of two days is enough. An empty bucket has no count. */
    private void alarmWhileNotEmpty(String bucket) {
        Map<String, String> dimensions = new TreeMap<>();
        dimensions.put("BucketName", bucket);
        dimensions.put("StorageType", "AllStorageTypes");
        new AlarmTopic(this, settings())
                .deliver(Alarm.Builder.create(this, "FailuresLeft")
                        .metric(Metric.Builder.create()
                                .namespace("AWS/S3")
                                .metricName("NumberOfObjects")
                                .dimensionsMap(dimensions)
                                .period(Duration.days(1))
                                .statistic(Stats.MAXIMUM)
                                .build())
                        .threshold(0)
                        .comparisonOperator(ComparisonOperator.GREATER_THAN_THRESHOLD)
                        .evaluationPeriods(2)
                        .datapointsToAlarm(1)
                        .treatMissingData(TreatMissingData.NOT_BREACHING)
                        .alarmDescription(
                                "The failure bucket holds records or lost writes, for 14 days: OPERATIONS.md, redrive")
                        .build());
    }

    /** The bucket of records that could not be handled. */
    public static String failures(Settings settings, String region) {
        return settings.bucketName("failures", region);
    }

    /** The bucket of expired items. */
    public static String archive(Settings settings, String region) {
        return settings.bucketName("archive", region);
    }

    private static List<LifecycleRule> archiveRules(Catalog catalog) {
        return catalog.tables().stream()
                .flatMap(table -> Stream.ofNullable(table.retention())
                        .map(retention -> DataBucket.expire(table.name(), retention.archivePrefix(), retention.days())))
                .toList();
    }
}
