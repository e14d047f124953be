package dev.penstock.local.logs;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Gateway;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.gateway.Response;
import dev.penstock.local.gateway.Service;
import dev.penstock.local.logs.LogStore.Event;
import dev.penstock.local.logs.LogStore.Group;
import dev.penstock.local.logs.LogStore.Stream;
import dev.penstock.local.wire.JsonOperations;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogGroupRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogGroupResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogStreamRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogStreamResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteLogGroupRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteLogGroupResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteLogStreamRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteLogStreamResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteRetentionPolicyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteRetentionPolicyResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogGroupsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogGroupsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogStreamsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogStreamsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.LogGroup;
import software.amazon.awssdk.services.cloudwatchlogs.model.LogStream;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutRetentionPolicyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutRetentionPolicyResponse;

/** CloudWatch Logs: groups, streams, events, retention. */
public final class LogsService implements Service {
    private static final Set<Integer> RETENTIONS = Set.of(
            1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653);

    private final LogStore store;
    private final JsonOperations operations;

    public LogsService(LogStore store) {
        this.store = store;
        this.operations = new JsonOperations("logs", CloudWatchLogsClient.class)
                .on("CreateLogGroup", CreateLogGroupRequest::builder, this::createGroup)
                .on("DeleteLogGroup", DeleteLogGroupRequest::builder, this::deleteGroup)
                .on("DescribeLogGroups", DescribeLogGroupsRequest::builder, this::describeGroups)
                .on("PutRetentionPolicy", PutRetentionPolicyRequest::builder, this::putRetention)
                .on("DeleteRetentionPolicy", DeleteRetentionPolicyRequest::builder, this::deleteRetention)
                .on("CreateLogStream", CreateLogStreamRequest::builder, this::createStream)
                .on("DeleteLogStream", DeleteLogStreamRequest::builder, this::deleteStream)
                .on("DescribeLogStreams", DescribeLogStreamsRequest::builder, this::describeStreams);
        new LogEventOperations(store).addTo(operations);
    }

    @Override
    public String signingName() {
        return "logs";
    }

    @Override
    public Response handle(Request request) {
        return operations.handle(request);
    }

    private CreateLogGroupResponse createGroup(CreateLogGroupRequest request, Request http) {
        String name = request.logGroupName() == null ? "" : request.logGroupName();
        if (!name.matches("[.\\-_/#A-Za-z0-9]{1,512}")) {
            throw invalid(
                    "1 validation error detected: Value '" + name
                            + "' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+");
        }
        Group group = new Group(name, store.now());
        group.tags.putAll(request.tags());
        if (store.groups(http.region()).putIfAbsent(name, group) != null) {
            throw new AwsError(400, "ResourceAlreadyExistsException", "The specified log group already exists");
        }
        return CreateLogGroupResponse.builder().build();
    }

    private DeleteLogGroupResponse deleteGroup(DeleteLogGroupRequest request, Request http) {
        store.groups(http.region()).remove(store.group(http.region(), request.logGroupName()).name);
        return DeleteLogGroupResponse.builder().build();
    }

    private DescribeLogGroupsResponse describeGroups(DescribeLogGroupsRequest request, Request http) {
        String prefix = text(request.logGroupNamePrefix());
        String part = text(request.logGroupNamePattern());
        List<LogGroup> groups = store.groups(http.region()).values().stream()
                .filter(group -> group.name.startsWith(prefix) && group.name.contains(part))
                .map(group -> LogGroup.builder()
                        .logGroupName(group.name)
                        .arn(arn(http, group) + ":*")
                        .logGroupArn(arn(http, group))
                        .creationTime(group.created)
                        .retentionInDays(group.retentionDays)
                        .metricFilterCount(0)
                        .storedBytes(0L)
                        .build())
                .toList();
        return DescribeLogGroupsResponse.builder().logGroups(groups).build();
    }

    private static String arn(Request http, Group group) {
        return "arn:aws:logs:%s:%s:log-group:%s".formatted(http.region(), Gateway.ACCOUNT, group.name);
    }

    private PutRetentionPolicyResponse putRetention(PutRetentionPolicyRequest request, Request http) {
        Integer days = request.retentionInDays();
        if (days == null || !RETENTIONS.contains(days)) {
            throw invalid("retentionInDays is " + days + "; allowed are "
                    + RETENTIONS.stream().sorted().toList());
        }
        store.group(http.region(), request.logGroupName()).retentionDays = days;
        return PutRetentionPolicyResponse.builder().build();
    }

    private DeleteRetentionPolicyResponse deleteRetention(DeleteRetentionPolicyRequest request, Request http) {
        store.group(http.region(), request.logGroupName()).retentionDays = null;
        return DeleteRetentionPolicyResponse.builder().build();
    }

    private CreateLogStreamResponse createStream(CreateLogStreamRequest request, Request http) {
        Group group = store.group(http.region(), request.logGroupName());
        String name = text(request.logStreamName());
        if (!name.matches("[^:*]{1,512}")) {
            throw invalid("logStreamName must have 1 to 512 characters other than : and *; given: '" + name + "'");
        }
        if (group.streams.putIfAbsent(name, new Stream(name, store.now())) != null) {
            throw new AwsError(400, "ResourceAlreadyExistsException", "The specified log stream already exists");
        }
        return CreateLogStreamResponse.builder().build();
    }

    private DeleteLogStreamResponse deleteStream(DeleteLogStreamRequest request, Request http) {
        Stream stream = store.stream(http.region(), text(request.logGroupName()), request.logStreamName());
        store.group(http.region(), request.logGroupName()).streams.remove(stream.name);
        return DeleteLogStreamResponse.builder().build();
    }

    private DescribeLogStreamsResponse describeStreams(DescribeLogStreamsRequest request, Request http) {
        Group group = store.group(http.region(), group(request.logGroupName(), request.logGroupIdentifier()));
        String prefix = text(request.logStreamNamePrefix());
        List<LogStream> streams = group.streams.values().stream()
                .filter(stream -> stream.name.startsWith(prefix))
                .map(stream -> shown(http, group, stream))
                .toList();
        return DescribeLogStreamsResponse.builder().logStreams(streams).build();
    }

    @SuppressWarnings("deprecation") // AWS still answers storedBytes of streams: always 0
    private static LogStream shown(Request http, Group group, Stream stream) {
        List<Event> events = stream.events();
        var shown = LogStream.builder()
                .logStreamName(stream.name)
                .arn(arn(http, group) + ":log-stream:" + stream.name)
                .creationTime(stream.created)
                .storedBytes(0L);
        if (!events.isEmpty()) {
            shown.firstEventTimestamp(events.getFirst().timestamp())
                    .lastEventTimestamp(events.getLast().timestamp())
                    .lastIngestionTime(events.getLast().ingestionTime());
        }
        return shown.build();
    }

    /** By whichever of the two a request gives. */
    static String group(@Nullable String name, @Nullable String identifier) {
        return name == null ? text(identifier).replaceFirst("^arn:aws:logs:[^:]*:[^:]*:log-group:", "") : name;
    }

    static AwsError invalid(String message) {
        return new AwsError(400, "InvalidParameterException", message);
    }

    static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
