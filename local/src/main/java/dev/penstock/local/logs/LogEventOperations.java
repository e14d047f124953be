package dev.penstock.local.logs;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.penstock.local.gateway.Request;
import dev.penstock.local.logs.LogStore.Event;
import dev.penstock.local.logs.LogStore.Group;
import dev.penstock.local.logs.LogStore.Stream;
import dev.penstock.local.wire.JsonOperations;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.OutputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutLogEventsResponse;

/** Puts, gets and filters log events. */
final class LogEventOperations {
    /** Events of one request or answer. */
    private static final int PAGE = 10_000;

    private final LogStore store;

    LogEventOperations(LogStore store) {
        this.store = store;
    }

    void addTo(JsonOperations operations) {
        operations
                .on("PutLogEvents", PutLogEventsRequest::builder, this::put)
                .on("GetLogEvents", GetLogEventsRequest::builder, this::get)
                .on("FilterLogEvents", FilterLogEventsRequest::builder, this::filter);
    }

    private PutLogEventsResponse put(PutLogEventsRequest request, Request http) {
        store.stream(http.region(), LogsService.text(request.logGroupName()), request.logStreamName());
        if (request.logEvents().isEmpty() || request.logEvents().size() > PAGE) {
            throw LogsService.invalid("PutLogEvents takes 1 to 10000 events; given: "
                    + request.logEvents().size());
        }
        long bytes = 0;
        long before = Long.MIN_VALUE;
        for (InputLogEvent event : request.logEvents()) {
            if (event.message() == null || event.message().isEmpty() || event.timestamp() == null) {
                throw LogsService.invalid("Log event message must not be empty and must have a timestamp");
            }
            if (event.timestamp() < before) {
                throw LogsService.invalid(
                        "Log events in a single PutLogEvents request must be in chronological order.");
            }
            before = event.timestamp();
            bytes += event.message().getBytes(UTF_8).length + 26;
        }
        if (bytes > 1 << 20) {
            throw LogsService.invalid("Upload too large: " + bytes + " bytes exceeds limit of 1048576");
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
        String name = LogsService.group(request.logGroupName(), request.logGroupIdentifier());
        Group group = store.group(http.region(), name);
        List<Event> events = between(
                store.events(group, List.of(store.stream(http.region(), name, request.logStreamName()))),
                request.startTime(),
                request.endTime());
        int limit = limit(request.limit());
        String token = LogsService.text(request.nextToken());
        if (!token.isEmpty() && !token.matches("[fb]/\\d{1,9}")) {
            throw LogsService.invalid("The specified nextToken is invalid.");
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
        Group group =
                store.group(http.region(), LogsService.group(request.logGroupName(), request.logGroupIdentifier()));
        Predicate<String> pattern = FilterPattern.parse(LogsService.text(request.filterPattern()));
        String prefix = LogsService.text(request.logStreamNamePrefix());
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
            throw LogsService.invalid("limit must be 1 to " + PAGE + "; given: " + given);
        }
        return given == null ? PAGE : given;
    }

    private static int position(String token) {
        try {
            return Math.max(0, Integer.parseInt(token.substring(2)));
        } catch (NumberFormatException | IndexOutOfBoundsException notOurs) {
            throw LogsService.invalid("The specified nextToken is invalid.");
        }
    }
}
