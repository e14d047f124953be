package dev.penstock.infra.imports;

import dev.penstock.infra.alarms.AlarmTopic;
import dev.penstock.infra.export.ExportStack;
import dev.penstock.infra.functions.Access;
import dev.penstock.infra.functions.JavaFunction;
import dev.penstock.infra.functions.Schedules;
import dev.penstock.infra.settings.Settings;
import dev.penstock.infra.settings.StageStack;
import dev.penstock.lambdas.importflow.ImportClients;
import dev.penstock.lambdas.importflow.ImportHandler;
import dev.penstock.lambdas.importflow.ImportPartHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.cloudwatch.Stats;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.lambda.CfnEventSourceMapping;
import software.amazon.awscdk.services.sqs.DeadLetterQueue;
import software.amazon.awscdk.services.sqs.Queue;
import software.amazon.awscdk.services.sqs.QueueEncryption;
import software.constructs.Construct;

/**
 * Imports on demand, off by default: one queue message for each part file of an export, one invocation of a function of 512
 * MB each, progress in the state table; the last part calls ImportTable, and a schedule sets what ImportTable can't.
 */
public final class ImportFlowStack extends StageStack {
    /** A function runs no longer (AWS: Lambda quotas). A part file of 1 GB takes it a minute. */
    private static final Duration LONGEST = Duration.minutes(15);

    private static final String PARTS = "import-parts";
    private static final int MOST_AT_ONCE = 20;

    private final Optional<String> keyArn;

    public ImportFlowStack(Construct scope, Settings settings, Optional<String> keyArn) {
        super(scope, "ImportFlow", settings, settings.region(), "Imports of exports on demand");
        this.keyArn = keyArn;
        var undone = queue("Undone", "import-parts-undone", Duration.days(14), Optional.empty());
        var parts = queue("Parts", PARTS, Duration.days(4), Optional.of(undone));
        var transform = function(
                "ImportPart",
                ImportPartHandler.class,
                "Transforms one part file of an export",
                LONGEST,
                parts,
                partAccess());
        mapping(parts, transform);
        var follow = function(
                "ImportOrder",
                ImportHandler.class,
                "Orders imports and looks after them",
                Duration.minutes(5),
                parts,
                orderAccess());
        schedule(follow);
        alarms(undone, follow);
    }

    private Queue queue(String id, String name, Duration retention, Optional<Queue> undone) {
        var builder = Queue.Builder.create(this, id)
                .queueName(settings().prefix() + name)
                .encryption(QueueEncryption.SQS_MANAGED)
                .enforceSsl(true)
                .retentionPeriod(retention)
                // Six times what the function may take (AWS: Lambda with Amazon SQS).
                .visibilityTimeout(Duration.minutes(90));
        undone.ifPresent(queue -> builder.deadLetterQueue(
                DeadLetterQueue.builder().queue(queue).maxReceiveCount(3).build()));
        return builder.build();
    }

    private JavaFunction function(
            String id,
            Class<?> handler,
            String description,
            Duration timeout,
            Queue parts,
            List<PolicyStatement> access) {
        return new JavaFunction(
                this,
                id,
                settings(),
                new JavaFunction.Props(handler, description, 512, timeout, environment(parts), access)
                        .code(settings().operationsCode())
                        // Called now and then: a snapshot would save nobody's time.
                        .withoutSnapStart());
    }

    private SortedMap<String, String> environment(Queue parts) {
        var environment = new TreeMap<String, String>();
        environment.put(ImportClients.BUCKET, ExportStack.bucket(settings()));
        environment.put(ImportClients.QUEUE, parts.getQueueUrl());
        environment.put(ImportClients.STATE_TABLE, ExportStack.stateTable(settings()));
        environment.put(ImportClients.KEEPS_DATA, Boolean.toString(settings().keepsData()));
        return environment;
    }

    private void mapping(Queue parts, JavaFunction transform) {
        CfnEventSourceMapping.Builder.create(transform, "Mapping")
                .eventSourceArn(queueArn())
                .functionName(transform.alias().getFunctionArn())
                .batchSize(1)
                .scalingConfig(CfnEventSourceMapping.ScalingConfigProperty.builder()
                        .maximumConcurrency(MOST_AT_ONCE)
                        .build())
                .build()
                .getNode()
                .addDependency(parts);
    }

    private void schedule(JavaFunction follow) {
        new Schedules(this, "ScheduleRole", "What the schedule of imports may do", settings(), follow)
                .add(
                        "Follow",
                        "follow-imports",
                        "Looks after imports under way",
                        "5 minutes",
                        "{\"task\":\"follow\"}",
                        new Schedules.Retry(Duration.minutes(4), 1));
    }

    private void alarms(Queue undone, JavaFunction follow) {
        var alarms = new AlarmTopic(this, settings());
        var sum = MetricOptions.builder()
                .period(Duration.minutes(5))
                .statistic(Stats.SUM)
                .build();
        alarms.alarm(
                "ImportsFail",
                follow.function().metricErrors(sum),
                0,
                1,
                "An import failed or rejected lines: OPERATIONS.md, import failed");
        alarms.alarm(
                "PartsUndone",
                undone.metricApproximateNumberOfMessagesVisible(MetricOptions.builder()
                        .period(Duration.minutes(5))
                        .statistic(Stats.MAXIMUM)
                        .build()),
                0,
                1,
                "A part of an import failed three times: OPERATIONS.md, import failed");
    }

    private List<PolicyStatement> partAccess() {
        var access = common();
        access.add(Access.allow(
                List.of(queueArn()),
                "sqs:ReceiveMessage",
                "sqs:DeleteMessage",
                "sqs:ChangeMessageVisibility",
                "sqs:GetQueueAttributes"));
        Access.putObjects(bucketArn(), "imports/").skip(1).forEach(access::add);
        access.add(Access.allow(List.of(tables()), "dynamodb:ImportTable"));
        // DynamoDB reads the objects and writes the errors in the caller's name (AWS: ImportTable, permissions).
        access.add(Access.allow(
                List.of(logs("/aws-dynamodb/imports"), logs("/aws-dynamodb/imports") + ":*"),
                "logs:CreateLogGroup",
                "logs:CreateLogStream",
                "logs:DescribeLogStreams",
                "logs:PutLogEvents",
                "logs:PutRetentionPolicy"));
        access.add(Access.allow(List.of(logs("*")), "logs:DescribeLogGroups"));
        return access;
    }

    private List<PolicyStatement> orderAccess() {
        var access = common();
        access.add(Access.allow(List.of(queueArn()), "sqs:SendMessage"));
        access.add(Access.allow(List.of(tables() + "/import/*"), "dynamodb:DescribeImport"));
        access.add(Access.allow(
                List.of(tables()),
                "dynamodb:DescribeTable",
                "dynamodb:DescribeTimeToLive",
                "dynamodb:TagResource",
                "dynamodb:UpdateContinuousBackups",
                "dynamodb:UpdateTable",
                "dynamodb:UpdateTimeToLive"));
        return access;
    }

    /** The state of imports, and what is imported. */
    private List<PolicyStatement> common() {
        var access = new ArrayList<PolicyStatement>();
        access.add(Access.writeItems(List.of(arn("dynamodb", "table", ExportStack.stateTable(settings())))));
        Access.readObjects(bucketArn(), "").forEach(access::add);
        keyArn.ifPresent(key -> {
            access.add(Access.useKey(key, "dynamodb", getRegion()));
            access.add(Access.useKey(key, "s3", getRegion()));
        });
        return access;
    }

    /** By its name, so that rules over the template see that it is a queue. */
    private String queueArn() {
        return "arn:aws:sqs:%s:%s:%s"
                .formatted(getRegion(), settings().account(), settings().prefix() + PARTS);
    }

    private String bucketArn() {
        return "arn:aws:s3:::" + ExportStack.bucket(settings());
    }

    /** New tables have the stage's prefix too. */
    private String tables() {
        return arn("dynamodb", "table", settings().prefix() + "*");
    }

    private String logs(String group) {
        return "arn:aws:logs:%s:%s:log-group:%s"
                .formatted(getRegion(), settings().account(), group);
    }
}
