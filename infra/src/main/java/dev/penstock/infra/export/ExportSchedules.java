package dev.penstock.infra.export;

import dev.penstock.infra.functions.Access;
import dev.penstock.infra.functions.JavaFunction;
import dev.penstock.infra.settings.Settings;
import dev.penstock.lambdas.catalog.Table;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awscdk.services.iam.PolicyDocument;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.scheduler.CfnSchedule;
import software.constructs.Construct;

/**
 * A tick every quarter of an hour for each table and kind of export. Whether an export is due is decided by the function
 * from what was exported last, so a missed tick is made up for by the next.
 */
final class ExportSchedules {

    private ExportSchedules() {}

    static void define(Construct scope, Settings settings, List<Table> tables, JavaFunction function) {
        String role = role(scope, function).getRoleArn();
        for (Table table : tables) {
            List.of("FULL", "INCREMENTAL").forEach(kind -> schedule(scope, settings, table, kind, function, role));
        }
    }

    private static void schedule(
            Construct scope, Settings settings, Table table, String kind, JavaFunction function, String roleArn) {
        String id = table.name() + kind.charAt(0) + kind.substring(1).toLowerCase(Locale.ROOT);
        CfnSchedule.Builder.create(scope, id)
                .name(settings.prefix() + "export-" + id)
                .description("Next step of the %s export of %s".formatted(kind, table.name()))
                .scheduleExpression("rate(15 minutes)")
                .state("ENABLED")
                .flexibleTimeWindow(CfnSchedule.FlexibleTimeWindowProperty.builder()
                        .mode("OFF")
                        .build())
                .target(CfnSchedule.TargetProperty.builder()
                        .arn(function.alias().getFunctionArn())
                        .roleArn(roleArn)
                        .input(ExportStack.event(table, kind).entrySet().stream()
                                .map(entry -> "\"%s\":\"%s\"".formatted(entry.getKey(), entry.getValue()))
                                .collect(Collectors.joining(",", "{", "}")))
                        .retryPolicy(CfnSchedule.RetryPolicyProperty.builder()
                                .maximumEventAgeInSeconds(600)
                                .maximumRetryAttempts(1)
                                .build())
                        .build())
                .build();
    }

    /** One role for all schedules: they call the same function. */
    private static Role role(Construct scope, JavaFunction function) {
        return Role.Builder.create(scope, "ScheduleRole")
                .assumedBy(new ServicePrincipal("scheduler.amazonaws.com"))
                .description("What the schedules of exports may do")
                .inlinePolicies(Map.of(
                        "Invoke",
                        PolicyDocument.Builder.create()
                                .statements(List.of(Access.allow(
                                        List.of(function.alias().getFunctionArn()), "lambda:InvokeFunction")))
                                .build()))
                .build();
    }
}
