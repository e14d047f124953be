package dev.penstock.local.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.runtime.ServicesUnderTest;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.scheduler.model.ActionAfterCompletion;
import software.amazon.awssdk.services.scheduler.model.ConflictException;
import software.amazon.awssdk.services.scheduler.model.CreateScheduleRequest;
import software.amazon.awssdk.services.scheduler.model.FlexibleTimeWindowMode;
import software.amazon.awssdk.services.scheduler.model.ResourceNotFoundException;
import software.amazon.awssdk.services.scheduler.model.SchedulerException;
import software.amazon.awssdk.services.sqs.SqsClient;

class SchedulerServiceTest {
    private final ServicesUnderTest services = new ServicesUnderTest();
    private final SchedulerClient scheduler = services.client(SchedulerClient.class);

    @AfterEach
    void close() {
        services.close();
    }

    @Test
    void firesOnceAndDeletesItself() {
        String url = services.client(SqsClient.class)
                .createQueue(r -> r.queueName("due"))
                .queueUrl();
        String arn = scheduler
                .createSchedule(schedule("at(2026-06-01T15:00:00)")
                        .scheduleExpressionTimezone("Europe/Berlin")
                        .actionAfterCompletion(ActionAfterCompletion.DELETE)
                        .build())
                .scheduleArn();
        assertEquals("arn:aws:scheduler:us-east-1:000000000000:schedule/default/s", arn);
        assertEquals(1, scheduler.listSchedules(r -> {}).schedules().size());
        services.clock().advance(Duration.ofHours(2));
        var messages = services.client(SqsClient.class)
                .receiveMessage(r -> r.queueUrl(url).waitTimeSeconds(20))
                .messages();
        assertEquals("{\"at\":\"2026-06-01T13:00:00Z\"}", messages.getFirst().body());
        assertTrue(scheduler.listSchedules(r -> {}).schedules().isEmpty());
    }

    @Test
    void refusesBadInput() {
        scheduler.createSchedule(schedule("rate(1 hour)").build());
        assertThrows(
                ConflictException.class,
                () -> scheduler.createSchedule(schedule("rate(1 hour)").build()));
        assertThrows(ResourceNotFoundException.class, () -> scheduler.getSchedule(r -> r.name("none")));
        assertEquals(
                400,
                status(() -> scheduler.createSchedule(
                        schedule("rate(1 hours)").name("x").build())));
        assertEquals(
                400,
                status(() -> scheduler.createSchedule(schedule("rate(1 hour)")
                        .name("x")
                        .scheduleExpressionTimezone("Moon/Crater")
                        .build())));
        assertEquals(
                501,
                status(() -> scheduler.createSchedule(schedule("rate(1 hour)")
                        .name("x")
                        .target(t ->
                                t.roleArn("arn:aws:iam::0:role/r").arn("arn:aws:scheduler:::aws-sdk:ec2:stopInstances"))
                        .build())));
        scheduler.deleteSchedule(r -> r.name("s"));
        assertTrue(scheduler.listSchedules(r -> {}).schedules().isEmpty());
    }

    private static CreateScheduleRequest.Builder schedule(String expression) {
        return CreateScheduleRequest.builder()
                .name("s")
                .scheduleExpression(expression)
                .flexibleTimeWindow(w -> w.mode(FlexibleTimeWindowMode.OFF))
                .target(t -> t.arn("arn:aws:sqs:us-east-1:000000000000:due")
                        .roleArn("arn:aws:iam::000000000000:role/r")
                        .input("{\"at\":\"<aws.scheduler.scheduled-time>\"}"));
    }

    private static int status(Runnable action) {
        return assertThrows(SchedulerException.class, action::run).statusCode();
    }
}
