package dev.penstock.infra.functions;

import dev.penstock.infra.settings.Settings;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.iam.PolicyDocument;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.scheduler.CfnSchedule;
import software.constructs.Construct;

/**
 * Calls of one function by EventBridge Scheduler, under one role that may do nothing else. They have a rate and no time of
 * day: what a call does is decided from what was done last, so a missed one is made up for by the next, and a clock that
 * is moved by weeks calls once.
 */
public final class Schedules {
    private final Construct scope;
    private final Settings settings;
    private final JavaFunction function;
    private final Role role;

    /**
     * @param roleId construct id of the role
     * @param description of the role
     */
    public Schedules(Construct scope, String roleId, String description, Settings settings, JavaFunction function) {
        this.scope = scope;
        this.settings = settings;
        this.function = function;
        this.role = Role.Builder.create(scope, roleId)
                .assumedBy(new ServicePrincipal("scheduler.amazonaws.com"))
                .description(description)
                .inlinePolicies(Map.of(
                        "Invoke",
                        PolicyDocument.Builder.create()
                                .statements(List.of(Access.allow(
                                        List.of(function.alias().getFunctionArn()), "lambda:InvokeFunction")))
                                .build()))
                .build();
    }

    /**
     * A call that failed to reach the function.
     *
     * @param age after which it is given up
     * @param attempts after the first
     */
    public record Retry(Duration age, int attempts) {}

    /**
     * Adds a schedule.
     *
     * @param name without the stage's prefix
     * @param rate such as {@code 15 minutes}
     * @param input the event, as JSON
     */
    public void add(String id, String name, String description, String rate, String input, Retry retry) {
        CfnSchedule.Builder.create(scope, id)
                .name(settings.prefix() + name)
                .description(description)
                .scheduleExpression("rate(" + rate + ")")
                .state("ENABLED")
                .flexibleTimeWindow(CfnSchedule.FlexibleTimeWindowProperty.builder()
                        .mode("OFF")
                        .build())
                .target(CfnSchedule.TargetProperty.builder()
                        .arn(function.alias().getFunctionArn())
                        .roleArn(role.getRoleArn())
                        .input(input)
                        .retryPolicy(CfnSchedule.RetryPolicyProperty.builder()
                                .maximumEventAgeInSeconds(retry.age().toSeconds())
                                .maximumRetryAttempts(retry.attempts())
                                .build())
                        .build())
                .build();
    }
}
