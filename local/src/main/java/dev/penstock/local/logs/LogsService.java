package dev.penstock.local.logs;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import java.util.function.Predicate;
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
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.LogGroup;
import software.amazon.awssdk.services.cloudwatchlogs.model.LogStream;
import software.amazon.awssdk.services.cloudwatchlogs.model.OutputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutRetentionPolicyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutRetentionPolicyResponse;

/** CloudWatch Logs: groups, streams, events, retention. */
public final class LogsService implements Service {
    private static final Set<Integer> RETENTIONS = Set.of(
            1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653);
    /** Events of one answer. */
    private static final int PAGE = 10_000;

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
                .on("DescribeLogStreams", DescribeLogStreamsRequest::builder, this::describeStreams)
                .on("PutLogEvents", PutLogEventsRequest::builder, this::put)
                .on("GetLogEvents", GetLogEventsRequest::builder, this::get)
                .on("FilterLogEvents", FilterLogEventsRequest::builder, this::filter);
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

    private PutLogEventsResponse put(PutLogEventsRequest request, Request http) {
        store.stream(http.region(), text(request.logGroupName()), request.logStreamName());
        if (request.logEvents().isEmpty() || request.logEvents().size() > PAGE) {
            throw invalid("PutLogEvents takes 1 to 10000 events; given: "
                    + request.logEvents().size());
        }
        long bytes = 0;
        long before = Long.MIN_VALUE;
        for (InputLogEvent event : request.logEvents()) {
            if (event.message() == null || event.message().isEmpty() || event.timestamp() == null) {
                throw invalid("Log event message must not be empty and must have a timestamp");
            }
            if (event.timestamp() < before) {
                throw invalid("Log events in a single PutLogEvents request must be in chronological order.");
            }
            before = event.timestamp();
            bytes += event.message().getBytes(UTF_8).length + 26;
        }
        if (bytes > 1 << 20) {
            throw invalid("Upload too large: " + bytes + " bytes exceeds limit of 1048576");
        }
        request.logEvents()
                .forEach(event -> store.add(
                        http.region(),
                        request.logGroupName(),
                        request.logStreamName(),
                        event.timestamp(),
                        event.message()));
        return PutLogEventsResponse.builder().nextSequenceToken("0").build();
    }

    private GetLogEventsResponse get(GetLogEventsRequest request, Request http) {
        String name = group(request.logGroupName(), request.logGroupIdentifier());
        Group group = store.group(http.region(), name);
        List<Event> events = between(
                store.events(group, List.of(store.stream(http.region(), name, request.logStreamName()))),
                request.startTime(),
                request.endTime());
        int limit = limit(request.limit());
        String token = text(request.nextToken());
        if (!token.isEmpty() && !token.matches("[fb]/\\d{1,9}")) {
            throw invalid("The specified nextToken is invalid.");
        }
        boolean fromHead = Boolean.TRUE.equals(request.startFromHead()) || token.startsWith("f/");
        int start;
        if (token.startsWith("f/")) {
            start = Math.min(position(token), events.size());
        } else if (token.startsWith("b/")) {
            start = Math.max(0, position(token) - limit);
        } else {
            start = fromHead ? 0 : Math.max(0, events.size() - limit);
        }
        int end = token.startsWith("b/")
                ? Math.min(position(token), events.size())
                : Math.min(start + limit, events.size());
        return GetLogEventsResponse.builder()
                .events(events.subList(start, end).stream()
                        .map(event -> OutputLogEvent.builder()
                                .timestamp(event.timestamp())
                                .ingestionTime(event.ingestionTime())
                                .message(event.message())
                                .build())
                        .toList())
                .nextForwardToken("f/" + end)
                .nextBackwardToken("b/" + start)
                .build();
    }

    private FilterLogEventsResponse filter(FilterLogEventsRequest request, Request http) {
        Group group = store.group(http.region(), group(request.logGroupName(), request.logGroupIdentifier()));
        Predicate<String> pattern = FilterPattern.parse(text(request.filterPattern()));
        String prefix = text(request.logStreamNamePrefix());
        List<Stream> streams = group.streams.values().stream()
                .filter(stream -> stream.name.startsWith(prefix))
                .filter(stream -> request.logStreamNames().isEmpty()
                        || request.logStreamNames().contains(stream.name))
                .toList();
        List<Event> events = between(store.events(group, streams), request.startTime(), request.endTime()).stream()
                .filter(event -> pattern.test(event.message()))
                .toList();
        int start = request.nextToken() == null ? 0 : Math.min(position(request.nextToken()), events.size());
        int end = Math.min(start + limit(request.limit()), events.size());
        return FilterLogEventsResponse.builder()
                .events(events.subList(start, end).stream()
                        .map(event -> FilteredLogEvent.builder()
                                .logStreamName(event.stream())
                                .timestamp(event.timestamp())
                                .ingestionTime(event.ingestionTime())
                                .message(event.message())
                                .eventId(String.valueOf(event.id()))
                                .build())
                        .toList())
                .nextToken(end < events.size() ? "f/" + end : null)
                .build();
    }

    private static List<Event> between(List<Event> events, @Nullable Long start, @Nullable Long end) {
        return events.stream()
                .filter(event -> start == null || event.timestamp() >= start)
                .filter(event -> end == null || event.timestamp() < end)
                .toList();
    }

    private static int limit(@Nullable Integer given) {
        if (given != null && (given < 1 || given > PAGE)) {
            throw invalid("limit must be 1 to " + PAGE + "; given: " + given);
        }
        return given == null ? PAGE : given;
    }

    private static int position(String token) {
        try {
            return Math.max(0, Integer.parseInt(token.substring(2)));
        } catch (NumberFormatException | IndexOutOfBoundsException notOurs) {
            throw invalid("The specified nextToken is invalid.");
        }
    }

    private static String group(@Nullable String name, @Nullable String identifier) {
        return name == null ? text(identifier).replaceFirst("^arn:aws:logs:[^:]*:[^:]*:log-group:", "") : name;
    }

    private static AwsError invalid(String message) {
        return new AwsError(400, "InvalidParameterException", message);
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
