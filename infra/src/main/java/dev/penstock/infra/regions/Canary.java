package dev.penstock.infra.regions;

import dev.penstock.infra.alarms.AlarmTopic;
import dev.penstock.infra.functions.Access;
import dev.penstock.infra.functions.JavaFunction;
import dev.penstock.infra.settings.Settings;
import dev.penstock.infra.settings.StageStack;
import dev.penstock.lambdas.canary.CanaryHandler;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Environment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.cloudwatch.Stats;
import software.amazon.awscdk.services.events.Rule;
import software.amazon.awscdk.services.events.Schedule;
import software.amazon.awscdk.services.events.targets.LambdaFunction;
import software.amazon.awscdk.services.iam.PolicyStatement;

/** A function that writes and reads in its region every minute. In stage local it is there and nobody calls it. */
final class Canary {
    private static final int MEMORY = 512;
    private static final int PERIODS = 3;

    private Canary() {}

    static void define(StageStack stack, Settings settings, String region, Optional<String> keyArn, AlarmTopic topic) {
        String table = stack.arn("dynamodb", "table", settings.name(Catalog.CANARY));
        List<PolicyStatement> access = new ArrayList<>();
        access.add(Access.allow(List.of(table), "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Scan"));
        keyArn.ifPresent(key -> access.add(Access.useKey(key, "dynamodb", region)));
        var environment = new TreeMap<String, String>();
        environment.put(Environment.TABLE_PREFIX, settings.name(""));
        var canary = new JavaFunction(
                stack,
                "Canary",
                settings,
                new JavaFunction.Props(
                        CanaryHandler.class,
                        "Writes and reads in its region, and sees what the others wrote",
                        MEMORY,
                        Duration.seconds(30),
                        environment,
                        access));
        Rule.Builder.create(stack, "EveryMinute")
                .description("Calls the canary")
                .schedule(Schedule.rate(Duration.minutes(1)))
                .enabled(!settings.isLocal())
                .targets(List.of(new LambdaFunction(canary.alias())))
                .build();
        topic.alarm(
                "CanaryErrors",
                canary.function()
                        .metricErrors(MetricOptions.builder()
                                .period(Duration.minutes(1))
                                .statistic(Stats.SUM)
                                .build()),
                0,
                PERIODS,
                "Table %s can't be written and read in %s: OPERATIONS.md, lost region"
                        .formatted(Catalog.CANARY, region));
    }
}
