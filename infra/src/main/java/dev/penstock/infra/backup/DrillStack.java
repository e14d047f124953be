package dev.penstock.infra.backup;

import dev.penstock.infra.alarms.AlarmTopic;
import dev.penstock.infra.export.ExportStack;
import dev.penstock.infra.functions.Access;
import dev.penstock.infra.functions.JavaFunction;
import dev.penstock.infra.functions.Schedules;
import dev.penstock.infra.settings.Settings;
import dev.penstock.infra.settings.StageStack;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Environment;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.operations.DrillHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.cloudwatch.Stats;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.constructs.Construct;

/**
 * The restore drill: every week each table that the application writes is restored as it was, compared with an export of
 * the same second, and deleted. Its role may restore the tables, and write and delete what the drill itself has made.
 */
public final class DrillStack extends StageStack {
    /** Restoring costs by the gigabyte: larger tables are rehearsed by AWS Backup's own tests alone. */
    private static final long MOST_BYTES = 10L << 30;

    private final Optional<String> keyArn;
    private final List<Table> tables;

    public DrillStack(Construct scope, Settings settings, Catalog catalog, Optional<String> keyArn) {
        super(scope, "Drill", settings, settings.region(), "Restore drills: proof that tables can be brought back");
        this.keyArn = keyArn;
        this.tables = catalog.tables();
        var function = new JavaFunction(
                this,
                "Drill",
                settings,
                new JavaFunction.Props(
                                DrillHandler.class,
                                "Takes the next steps of a restore drill",
                                512,
                                Duration.minutes(15),
                                environment(),
                                access())
                        .code(settings.operationsCode())
                        .withoutSnapStart());
        schedules(function);
        new AlarmTopic(this, settings)
                .alarm(
                        "DrillFails",
                        function.function()
                                .metricErrors(MetricOptions.builder()
                                        .period(Duration.minutes(15))
                                        .statistic(Stats.SUM)
                                        .build()),
                        0,
                        1,
                        "A restore drill proved nothing: OPERATIONS.md, restore drill failed");
    }

    private SortedMap<String, String> environment() {
        var environment = new TreeMap<String, String>();
        environment.put("DRILL_MOST_BYTES", Long.toString(MOST_BYTES));
        environment.put("EXPORT_BUCKET", ExportStack.bucket(settings()));
        environment.put("STATE_TABLE", ExportStack.stateTable(settings()));
        environment.put(Environment.TABLE_PREFIX, settings().name(""));
        keyArn.ifPresent(arn -> environment.put("EXPORT_KEY", arn));
        return environment;
    }

    private List<PolicyStatement> access() {
        List<String> sources = tables.stream()
                .map(table -> arn("dynamodb", "table", settings().name(table.name())))
                .toList();
        List<String> restored = tables.stream()
                .map(table -> arn("dynamodb", "table", settings().name(table.name()) + "-drill-*"))
                .toList();
        var access = new ArrayList<PolicyStatement>();
        access.add(Access.ownItems(arn("dynamodb", "table", ExportStack.stateTable(settings())), "drill#"));
        access.add(Access.allow(
                sources,
                "dynamodb:DescribeContinuousBackups",
                "dynamodb:DescribeTable",
                "dynamodb:DescribeTimeToLive",
                "dynamodb:ExportTableToPointInTime",
                "dynamodb:GetResourcePolicy",
                "dynamodb:ListTagsOfResource",
                "dynamodb:RestoreTableToPointInTime"));
        access.add(
                Access.allow(sources.stream().map(table -> table + "/export/*").toList(), "dynamodb:DescribeExport"));
        // A restore writes the new table in the caller's name (AWS: Using IAM with DynamoDB backup and restore).
        access.add(Access.allow(
                restored,
                "dynamodb:BatchGetItem",
                "dynamodb:BatchWriteItem",
                "dynamodb:DeleteItem",
                "dynamodb:DeleteTable",
                "dynamodb:DescribeContinuousBackups",
                "dynamodb:DescribeTable",
                "dynamodb:DescribeTimeToLive",
                "dynamodb:GetItem",
                "dynamodb:GetResourcePolicy",
                "dynamodb:ListTagsOfResource",
                "dynamodb:PutItem",
                "dynamodb:Query",
                "dynamodb:RestoreTableToPointInTime",
                "dynamodb:Scan",
                "dynamodb:TagResource",
                "dynamodb:UpdateItem",
                "dynamodb:UpdateTable",
                "dynamodb:UpdateTimeToLive"));
        String bucket = "arn:aws:s3:::" + ExportStack.bucket(settings());
        // DynamoDB writes the export in the caller's name too.
        access.add(Access.allow(
                List.of(bucket + "/drill/*"),
                "s3:AbortMultipartUpload",
                "s3:GetObject",
                "s3:PutObject",
                "s3:PutObjectAcl"));
        access.add(Access.allow(List.of(bucket), "s3:ListBucket"));
        keyArn.ifPresent(key -> {
            access.add(Access.useKey(key, "dynamodb", getRegion()));
            access.add(Access.useKey(key, "s3", getRegion()));
            access.add(Access.grantKey(key, "dynamodb", getRegion()));
        });
        return access;
    }

    /** A tick every quarter of an hour; whether a drill is due is decided from the last one, so a missed tick costs nothing. */
    private void schedules(JavaFunction function) {
        var schedules = new Schedules(
                this, "ScheduleRole", "What the schedules of restore drills may do", settings(), function);
        for (Table table : tables) {
            schedules.add(
                    table.name(),
                    "drill-" + table.name(),
                    "Next steps of the restore drill of " + table.name(),
                    "15 minutes",
                    "{\"table\":\"%s\"}".formatted(table.name()),
                    new Schedules.Retry(Duration.minutes(10), 0));
        }
    }
}
