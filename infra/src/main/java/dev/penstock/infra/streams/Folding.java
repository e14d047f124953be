package dev.penstock.infra.streams;

import dev.penstock.infra.alarms.AlarmTopic;
import dev.penstock.infra.functions.Access;
import dev.penstock.infra.functions.JavaFunction;
import dev.penstock.infra.functions.Schedules;
import dev.penstock.infra.settings.Settings;
import dev.penstock.infra.settings.StageStack;
import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Environment;
import dev.penstock.lambdas.projector.FoldingHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.cloudwatch.Stats;
import software.amazon.awscdk.services.iam.PolicyStatement;

/** The function that folds old rows of windowed aggregates, called once a day for each of them. */
final class Folding {
    private static final int MEMORY = 512;

    /** Lambda calls a function that was called asynchronously and failed twice more, within minutes. */
    private static final int ATTEMPTS = 3;

    private Folding() {}

    static void define(
            StageStack stack,
            Settings settings,
            String region,
            List<Aggregate> windowed,
            Optional<UnaryOperator<String>> keyArn) {
        if (windowed.isEmpty()) {
            return;
        }
        var environment = new TreeMap<String, String>();
        environment.put(Environment.TABLE_PREFIX, settings.name(""));
        var function = new JavaFunction(
                stack,
                "Folding",
                settings,
                new JavaFunction.Props(
                        FoldingHandler.class,
                        "Folds rows of windowed aggregates that can count nothing twice any more",
                        MEMORY,
                        Duration.minutes(15),
                        environment,
                        access(stack, settings, region, windowed, keyArn)));
        var schedules =
                new Schedules(stack, "FoldingScheduleRole", "What the schedules of folding may do", settings, function);
        windowed.forEach(aggregate -> schedules.add(
                "Fold" + aggregate.tableName(),
                "fold-" + aggregate.tableName(),
                "Folds old rows of %s".formatted(aggregate.tableName()),
                "1 day",
                // The time is filled in by EventBridge Scheduler (AWS: Adding context attributes in EventBridge
                // Scheduler).
                "{\"aggregate\":\"%s\",\"at\":\"<aws.scheduler.scheduled-time>\"}".formatted(aggregate.tableName()),
                new Schedules.Retry(Duration.hours(1), 3)));
        new AlarmTopic(stack, settings)
                .alarm(
                        "FoldingFails",
                        function.function()
                                .metricErrors(MetricOptions.builder()
                                        .period(Duration.hours(1))
                                        .statistic(Stats.SUM)
                                        .build()),
                        ATTEMPTS - 1,
                        1,
                        "Rows of windowed aggregates are not folded: OPERATIONS.md, folding failed");
    }

    private static List<PolicyStatement> access(
            StageStack stack,
            Settings settings,
            String region,
            List<Aggregate> windowed,
            Optional<UnaryOperator<String>> keyArn) {
        List<String> tables = windowed.stream()
                .map(aggregate -> stack.arn("dynamodb", "table", settings.name(aggregate.tableName())))
                .toList();
        var access = new ArrayList<PolicyStatement>();
        access.add(Access.allow(
                tables, "dynamodb:Scan", "dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"));
        access.add(Access.allow(
                List.of(stack.arn("dynamodb", "table", settings.name(Catalog.EPOCHS))), "dynamodb:GetItem"));
        keyArn.ifPresent(key -> access.add(Access.useKey(key.apply(region), "dynamodb", region)));
        return access;
    }
}
