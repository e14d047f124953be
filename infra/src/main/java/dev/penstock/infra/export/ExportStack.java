package dev.penstock.infra.export;

import dev.penstock.infra.alarms.AlarmTopic;
import dev.penstock.infra.buckets.DataBucket;
import dev.penstock.infra.functions.Access;
import dev.penstock.infra.functions.JavaFunction;
import dev.penstock.infra.settings.Settings;
import dev.penstock.infra.settings.StageStack;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.operations.OperationsHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.cloudwatch.Stats;
import software.amazon.awscdk.services.dynamodb.Attribute;
import software.amazon.awscdk.services.dynamodb.AttributeType;
import software.amazon.awscdk.services.dynamodb.Billing;
import software.amazon.awscdk.services.dynamodb.ContributorInsightsMode;
import software.amazon.awscdk.services.dynamodb.ContributorInsightsSpecification;
import software.amazon.awscdk.services.dynamodb.MaxThroughputProps;
import software.amazon.awscdk.services.dynamodb.PointInTimeRecoverySpecification;
import software.amazon.awscdk.services.dynamodb.TableEncryptionV2;
import software.amazon.awscdk.services.dynamodb.TableV2;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.s3.ObjectLockRetention;
import software.constructs.Construct;

/**
 * Full and incremental exports of every table that the application writes, the bucket they go to, another that nobody can
 * delete from, and a Glue table over each.
 */
public final class ExportStack extends StageStack {

    private static final int EXPORT_DAYS = 90;
    private static final Duration AUDIT_RETENTION = Duration.days(365);

    private final Optional<String> keyArn;
    private final List<Table> exported;

    public ExportStack(Construct scope, Settings settings, Catalog catalog, Optional<String> keyArn) {
        super(scope, "Exports", settings, settings.region(), "Scheduled exports to S3, and SQL over them");
        this.keyArn = keyArn;
        exported = catalog.tables();
        DataBucket.in(this, "Bucket", settings, keyArn, List.of(DataBucket.expire("exports", "", EXPORT_DAYS)))
                .bucketName(bucket(settings))
                .build();
        audit();
        state();
        var queries = new ExportQueries(this, settings, exported, keyArn);
        var function = operations(queries.database());
        ExportSchedules.define(this, settings, exported, function);
        new AlarmTopic(this, settings)
                .alarm(
                        "TicksFail",
                        function.function()
                                .metricErrors(MetricOptions.builder()
                                        .period(Duration.minutes(15))
                                        .statistic(Stats.SUM)
                                        .build()),
                        0,
                        2,
                        "Exports fail: OPERATIONS.md, export failed");
    }

    /** The table in which operations note what they have done. */
    public static String stateTable(Settings settings) {
        return settings.name("Operations");
    }

    /** The bucket of exports. */
    public static String bucket(Settings settings) {
        return settings.bucketName("exports", settings.region());
    }

    /**
     * Snapshots that must be kept are copied here: governance mode, so that only who may bypass it can delete them early.
     * Exports don't go here directly, as nobody has shown that an export into a bucket with default retention works.
     */
    private void audit() {
        var bucket = DataBucket.in(
                        this,
                        "Audit",
                        settings(),
                        keyArn,
                        List.of(DataBucket.expire("audit", "", (int) AUDIT_RETENTION.toDays() + 1)))
                .bucketName(settings().bucketName("audit", getRegion()))
                .objectLockEnabled(true);
        if (settings().keepsData()) {
            bucket.objectLockDefaultRetention(ObjectLockRetention.governance(AUDIT_RETENTION));
        }
        bucket.build();
    }

    private void state() {
        TableV2.Builder.create(this, "State")
                .tableName(stateTable(settings()))
                .partitionKey(Attribute.builder()
                        .name("task")
                        .type(AttributeType.STRING)
                        .build())
                .billing(Billing.onDemand(MaxThroughputProps.builder()
                        .maxReadRequestUnits(100)
                        .maxWriteRequestUnits(100)
                        .build()))
                .pointInTimeRecoverySpecification(PointInTimeRecoverySpecification.builder()
                        .pointInTimeRecoveryEnabled(true)
                        .recoveryPeriodInDays(35)
                        .build())
                .contributorInsightsSpecification(ContributorInsightsSpecification.builder()
                        .enabled(true)
                        .mode(ContributorInsightsMode.THROTTLED_KEYS)
                        .build())
                .deletionProtection(settings().keepsData())
                .removalPolicy(dataRemovalPolicy())
                .encryption(
                        keyArn.map(arn -> TableEncryptionV2.customerManagedKey(Key.fromKeyArn(this, "StateKey", arn)))
                                .orElseGet(TableEncryptionV2::dynamoOwnedKey))
                .build();
    }

    private JavaFunction operations(String database) {
        return new JavaFunction(
                this,
                "Operate",
                settings(),
                new JavaFunction.Props(
                                OperationsHandler.class,
                                "Takes the next step of an export",
                                512,
                                Duration.minutes(1),
                                environment(database),
                                access(database))
                        .code(settings().operationsCode())
                        // Called every quarter of an hour: a snapshot would save nobody's time.
                        .withoutSnapStart());
    }

    private SortedMap<String, String> environment(String database) {
        var environment = new TreeMap<String, String>();
        environment.put("EXPORT_BUCKET", bucket(settings()));
        environment.put("GLUE_DATABASE", database);
        environment.put("STATE_TABLE", stateTable(settings()));
        environment.put("TABLE_ARN_PREFIX", arn("dynamodb", "table", settings().name("")));
        keyArn.ifPresent(arn -> environment.put("EXPORT_KEY", arn));
        return environment;
    }

    private List<PolicyStatement> access(String database) {
        List<String> tables = exported.stream()
                .map(table -> arn("dynamodb", "table", settings().name(table.name())))
                .toList();
        var access = new ArrayList<PolicyStatement>();
        access.add(Access.writeItems(List.of(arn("dynamodb", "table", stateTable(settings())))));
        access.add(Access.allow(tables, "dynamodb:ExportTableToPointInTime"));
        access.add(
                Access.allow(tables.stream().map(table -> table + "/export/*").toList(), "dynamodb:DescribeExport"));
        // DynamoDB writes the export in the caller's name (AWS: Requesting a table export).
        access.add(Access.allow(
                List.of("arn:aws:s3:::" + bucket(settings()) + "/*"),
                "s3:AbortMultipartUpload",
                "s3:PutObject",
                "s3:PutObjectAcl"));
        access.add(Access.allow(
                List.of(
                        "arn:aws:glue:%s:%s:catalog"
                                .formatted(getRegion(), settings().account()),
                        arn("glue", "database", database),
                        arn("glue", "table", database + "/*")),
                "glue:CreatePartition",
                "glue:GetTable"));
        keyArn.ifPresent(key -> {
            access.add(Access.useKey(key, "dynamodb", getRegion()));
            access.add(Access.useKey(key, "s3", getRegion()));
        });
        return access;
    }

    /** What a schedule sends to the function. */
    static Map<String, String> event(Table table, String kind) {
        var event = new TreeMap<String, String>();
        event.put("task", "export");
        event.put("table", table.name());
        event.put("kind", kind);
        return event;
    }
}
