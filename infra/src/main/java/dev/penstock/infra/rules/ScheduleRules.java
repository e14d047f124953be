package dev.penstock.infra.rules;

import static dev.penstock.infra.rules.TemplateRules.elements;
import static dev.penstock.infra.rules.TemplateRules.unless;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Schedules of EventBridge and AWS Backup, and names that AWS Backup refuses. */
final class ScheduleRules {

    private static final Pattern RATE =
            Pattern.compile("rate\\((1 (minute|hour|day)|([2-9]|[1-9]\\d+) (minutes|hours|days))\\)");
    private static final Pattern AT = Pattern.compile("at\\(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\)");
    private static final Pattern FIELD = Pattern.compile("[0-9A-Za-z*?,/#LW-]+");
    private static final Pattern PLAN_NAME = Pattern.compile("[A-Za-z0-9_]{1,50}");
    private static final int CRON_FIELDS = 6;
    private static final int DAY_OF_MONTH = 2;
    private static final int DAY_OF_WEEK = 4;

    static final List<TemplateRule> RULES = List.of(
            new TemplateRule("schedule-expression", "AWS::Scheduler::Schedule", ScheduleRules::schedule),
            new TemplateRule("rule-schedule-expression", "AWS::Events::Rule", ScheduleRules::schedule),
            new TemplateRule("backup-schedule-expression", "AWS::Backup::BackupPlan", ScheduleRules::backupPlan),
            new TemplateRule("restore-testing-plan-name", "AWS::Backup::RestoreTestingPlan", ScheduleRules::planName));

    private ScheduleRules() {}

    private static Stream<String> schedule(JsonNode properties) {
        JsonNode expression = properties.path("ScheduleExpression");
        return expression.isTextual() ? expression(expression.asText()) : Stream.empty();
    }

    private static Stream<String> backupPlan(JsonNode properties) {
        return elements(properties.path("BackupPlan").path("BackupPlanRule")).flatMap(ScheduleRules::schedule);
    }

    private static Stream<String> expression(String text) {
        return unless(
                RATE.matcher(text).matches() || AT.matcher(text).matches() || isCron(text),
                "ScheduleExpression is '%s': allowed are rate(2 hours), at(2026-01-31T10:00:00) and cron(0 5 ? * * *) with"
                        + " six fields, day of month or day of week being ?",
                text);
    }

    private static boolean isCron(String text) {
        if (!text.startsWith("cron(") || !text.endsWith(")")) {
            return false;
        }
        String[] fields = text.substring("cron(".length(), text.length() - 1).split(" ", -1);
        if (fields.length != CRON_FIELDS || !Stream.of(fields).allMatch(FIELD.asMatchPredicate())) {
            return false;
        }
        return fields[DAY_OF_MONTH].equals("?") != fields[DAY_OF_WEEK].equals("?");
    }

    private static Stream<String> planName(JsonNode plan) {
        String name = plan.path("RestoreTestingPlanName").asText();
        return unless(
                PLAN_NAME.matcher(name).matches(),
                "RestoreTestingPlanName is '%s': allowed are letters, digits and _",
                name);
    }
}
