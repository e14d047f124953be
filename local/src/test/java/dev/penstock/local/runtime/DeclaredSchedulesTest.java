package dev.penstock.local.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.clients.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;

/** What a template declares to happen at a time happens when the runtime's clock gets there. */
class DeclaredSchedulesTest {
    private static final String MANIFEST = """
            {"artifacts": {"Times": {"type": "aws:cloudformation:stack", "environment": "aws://000000000000/us-east-1",
                                     "properties": {"templateFile": "Times.json"}}}}
            """;

    private static final String TEMPLATE = """
            {"Resources": {
              "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "due"}},
              "Role": {"Type": "AWS::IAM::Role"},
              "Schedule": {"Type": "AWS::Scheduler::Schedule", "Properties": {
                "Name": "daily", "ScheduleExpression": "cron(0 5 * * ? *)", "ScheduleExpressionTimezone": "UTC",
                "FlexibleTimeWindow": {"Mode": "OFF"}, "State": "ENABLED",
                "Target": {"Arn": {"Fn::GetAtt": ["Queue", "Arn"]}, "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                           "Input": "{\\"by\\":\\"schedule\\"}"}}},
              "Off": {"Type": "AWS::Scheduler::Schedule", "Properties": {
                "Name": "never", "ScheduleExpression": "rate(1 minute)", "State": "DISABLED",
                "FlexibleTimeWindow": {"Mode": "OFF"},
                "Target": {"Arn": {"Fn::GetAtt": ["Queue", "Arn"]}, "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]}}}},
              "Rule": {"Type": "AWS::Events::Rule", "Properties": {
                "Name": "hourly", "ScheduleExpression": "rate(1 hour)", "State": "ENABLED",
                "Targets": [{"Id": "queue", "Arn": {"Fn::GetAtt": ["Queue", "Arn"]}, "Input": "{\\"by\\":\\"rule\\"}"}]}}}}
            """;

    @Test
    void schedulesAndRulesOfATemplateReachTheirTargets(@TempDir Path assembly) throws Exception {
        Files.writeString(assembly.resolve("manifest.json"), MANIFEST);
        Files.writeString(assembly.resolve("Times.json"), TEMPLATE);
        try (var runtime = LocalRuntime.start(Options.inMemory().withAssembly(assembly))) {
            assertEquals(
                    "cron(0 5 * * ? *)",
                    runtime.clients()
                            .of(SchedulerClient.class)
                            .getSchedule(get -> get.name("daily"))
                            .scheduleExpression());
            assertEquals(
                    List.of("hourly"),
                    runtime.clients().of(EventBridgeClient.class).listRules(list -> {}).rules().stream()
                            .map(rule -> rule.name())
                            .toList());
            runtime.clock().advance(Duration.ofHours(24));

            SqsClient sqs = runtime.clients().of(SqsClient.class);
            String queue = sqs.getQueueUrl(get -> get.queueName("due")).queueUrl();
            Set<String> bodies = new TreeSet<>();
            Await.until(Duration.ofSeconds(20), "both messages", () -> {
                sqs.receiveMessage(receive -> receive.queueUrl(queue).maxNumberOfMessages(10)).messages().stream()
                        .map(Message::body)
                        .forEach(bodies::add);
                return bodies.size() >= 2;
            });
            assertEquals(Set.of("{\"by\":\"rule\"}", "{\"by\":\"schedule\"}"), bodies);
            assertTrue(runtime.report().declaredOnly().keySet().stream().noneMatch(type -> type.contains("Schedule")));
        }
    }
}
