package dev.penstock.local.events;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Gateway;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.gateway.Response;
import dev.penstock.local.gateway.Service;
import dev.penstock.local.wire.RestOperations;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.scheduler.model.ActionAfterCompletion;
import software.amazon.awssdk.services.scheduler.model.CreateScheduleRequest;
import software.amazon.awssdk.services.scheduler.model.CreateScheduleResponse;
import software.amazon.awssdk.services.scheduler.model.DeleteScheduleRequest;
import software.amazon.awssdk.services.scheduler.model.DeleteScheduleResponse;
import software.amazon.awssdk.services.scheduler.model.GetScheduleRequest;
import software.amazon.awssdk.services.scheduler.model.GetScheduleResponse;
import software.amazon.awssdk.services.scheduler.model.ListSchedulesRequest;
import software.amazon.awssdk.services.scheduler.model.ListSchedulesResponse;
import software.amazon.awssdk.services.scheduler.model.ScheduleState;
import software.amazon.awssdk.services.scheduler.model.ScheduleSummary;
import software.amazon.awssdk.services.scheduler.model.Target;
import software.amazon.awssdk.services.scheduler.model.UpdateScheduleRequest;
import software.amazon.awssdk.services.scheduler.model.UpdateScheduleResponse;

/** EventBridge Scheduler, default group: rate, cron and one-time schedules for functions, queues and topics. */
public final class SchedulerService implements Service {
    private static final String PATH = "/schedules/{Name}";

    private final InstantSource clock;
    private final Scheduled scheduled;
    private final Targets targets;
    private final Map<String, GetScheduleResponse> schedules = new ConcurrentSkipListMap<>();
    private final RestOperations operations;

    public SchedulerService(InstantSource clock, Scheduled scheduled, Targets targets) {
        this.clock = clock;
        this.scheduled = scheduled;
        this.targets = targets;
        this.operations = new RestOperations("scheduler")
                .on("POST", PATH, CreateScheduleRequest::builder, this::create)
                .on("PUT", PATH, UpdateScheduleRequest::builder, this::update)
                .on("GET", PATH, GetScheduleRequest::builder, (request, http) -> get(http, request.name()))
                .on("DELETE", PATH, DeleteScheduleRequest::builder, this::delete)
                .on("GET", "/schedules", ListSchedulesRequest::builder, this::list);
    }

    @Override
    public String signingName() {
        return "scheduler";
    }

    @Override
    public Response handle(Request request) {
        return operations.handle(request);
    }

    private CreateScheduleResponse create(CreateScheduleRequest request, Request http) {
        if (schedules.containsKey(key(http, request.name()))) {
            throw new AwsError(409, "ConflictException", "Schedule " + request.name() + " already exists.");
        }
        GetScheduleResponse schedule = schedule(
                http,
                request.name(),
                request.groupName(),
                request.scheduleExpression(),
                request.scheduleExpressionTimezone(),
                request.state(),
                request.target(),
                request.actionAfterCompletion());
        put(http, schedule);
        return CreateScheduleResponse.builder().scheduleArn(schedule.arn()).build();
    }

    private UpdateScheduleResponse update(UpdateScheduleRequest request, Request http) {
        get(http, request.name());
        GetScheduleResponse schedule = schedule(
                http,
                request.name(),
                request.groupName(),
                request.scheduleExpression(),
                request.scheduleExpressionTimezone(),
                request.state(),
                request.target(),
                request.actionAfterCompletion());
        put(http, schedule);
        return UpdateScheduleResponse.builder().scheduleArn(schedule.arn()).build();
    }

    private GetScheduleResponse schedule(
            Request http,
            String name,
            @Nullable String group,
            @Nullable String expression,
            @Nullable String zone,
            @Nullable ScheduleState state,
            @Nullable Target target,
            @Nullable ActionAfterCompletion afterwards) {
        if (group != null && !group.equals("default")) {
            throw AwsError.notSimulated("scheduler", "schedule group " + group);
        }
        if (target == null || target.arn() == null || expression == null) {
            throw AwsError.validation("Target and ScheduleExpression must not be null");
        }
        try {
            if (!Targets.isSimulated(Arn.parse(target.arn()))) {
                throw AwsError.notSimulated("scheduler", "target " + target.arn());
            }
        } catch (IllegalArgumentException noArn) {
            throw AwsError.validation("Provided Arn is not in correct format: " + target.arn());
        }
        return GetScheduleResponse.builder()
                .name(name)
                .groupName("default")
                .arn("arn:aws:scheduler:%s:%s:schedule/default/%s".formatted(http.region(), Gateway.ACCOUNT, name))
                .scheduleExpression(expression)
                .scheduleExpressionTimezone(zone == null ? "UTC" : zone)
                .state(state == null ? ScheduleState.ENABLED : state)
                .target(target)
                .actionAfterCompletion(afterwards == null ? ActionAfterCompletion.NONE : afterwards)
                .creationDate(clock.instant())
                .build();
    }

    private void put(Request http, GetScheduleResponse schedule) {
        Schedule times = parse(schedule);
        String key = key(http, schedule.name());
        schedules.put(key, schedule);
        scheduled.remove("scheduler/" + key);
        if (schedule.state() == ScheduleState.ENABLED) {
            scheduled.put("scheduler/" + key, times, due -> fire(key, times, due));
        }
    }

    private static Schedule parse(GetScheduleResponse schedule) {
        try {
            return Schedule.parse(schedule.scheduleExpression(), ZoneId.of(schedule.scheduleExpressionTimezone()));
        } catch (IllegalArgumentException | DateTimeException invalid) {
            throw AwsError.validation(
                    "Invalid Schedule Expression " + schedule.scheduleExpression() + ". " + invalid.getMessage());
        }
    }

    private void fire(String key, Schedule times, Instant due) {
        GetScheduleResponse schedule = schedules.get(key);
        if (schedule == null) {
            return;
        }
        String input =
                schedule.target().input() == null ? "{}" : schedule.target().input();
        targets.deliverLater(
                schedule.target().arn(),
                input.replace("<aws.scheduler.scheduled-time>", due.toString())
                        .replace("<aws.scheduler.schedule-arn>", schedule.arn())
                        .replace(
                                "<aws.scheduler.execution-id>",
                                UUID.randomUUID().toString())
                        .replace("<aws.scheduler.attempt-number>", "1"));
        if (times instanceof Schedule.At && schedule.actionAfterCompletion() == ActionAfterCompletion.DELETE) {
            schedules.remove(key);
            scheduled.remove("scheduler/" + key);
        }
    }

    private GetScheduleResponse get(Request http, String name) {
        GetScheduleResponse schedule = schedules.get(key(http, name));
        if (schedule == null) {
            throw new AwsError(404, "ResourceNotFoundException", "Schedule " + name + " does not exist.");
        }
        return schedule;
    }

    private DeleteScheduleResponse delete(DeleteScheduleRequest request, Request http) {
        get(http, request.name());
        schedules.remove(key(http, request.name()));
        scheduled.remove("scheduler/" + key(http, request.name()));
        return DeleteScheduleResponse.builder().build();
    }

    private ListSchedulesResponse list(ListSchedulesRequest request, Request http) {
        String prefix = request.namePrefix() == null ? "" : request.namePrefix();
        return ListSchedulesResponse.builder()
                .schedules(schedules.entrySet().stream()
                        .filter(entry -> entry.getKey().startsWith(key(http, prefix)))
                        .map(entry -> ScheduleSummary.builder()
                                .name(entry.getValue().name())
                                .groupName("default")
                                .arn(entry.getValue().arn())
                                .state(entry.getValue().state())
                                .build())
                        .toList())
                .build();
    }

    private static String key(Request http, String name) {
        return http.region() + "/" + name;
    }
}
