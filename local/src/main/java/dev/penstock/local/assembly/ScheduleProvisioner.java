package dev.penstock.local.assembly;

import dev.penstock.local.assembly.Resource.Physical;
import java.util.Map;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.scheduler.model.FlexibleTimeWindowMode;
import software.amazon.awssdk.services.scheduler.model.ScheduleState;

/** {@code AWS::Scheduler::Schedule}: calls its target on the runtime's clock. */
final class ScheduleProvisioner implements Provisioner {

    @Override
    public Physical provision(Resource resource, Target target) {
        var schedule = resource.properties();
        String name = resource.name("Name");
        var called = schedule.object("Target");
        String arn = target.client(SchedulerClient.class, resource)
                .createSchedule(request -> request.name(name)
                        .groupName(schedule.optional("GroupName").orElse(null))
                        .scheduleExpression(schedule.string("ScheduleExpression"))
                        .scheduleExpressionTimezone(
                                schedule.optional("ScheduleExpressionTimezone").orElse(null))
                        .flexibleTimeWindow(window -> window.mode(FlexibleTimeWindowMode.OFF))
                        .state(schedule.optional("State")
                                .map(ScheduleState::fromValue)
                                .orElse(ScheduleState.ENABLED))
                        .target(to -> to.arn(called.string("Arn"))
                                .roleArn(called.string("RoleArn"))
                                .input(called.optional("Input").orElse(null))))
                .scheduleArn();
        return new Physical(name, Map.of("Arn", arn));
    }
}
