package dev.penstock.local.recovery;

import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingRequest;
import software.amazon.awssdk.services.lambda.model.EventSourceMappingConfiguration;
import software.amazon.awssdk.services.lambda.model.EventSourcePosition;
import software.amazon.awssdk.services.lambda.model.FilterCriteria;

/** The event source mappings of a table: a mapping can't be pointed at another stream, so each is made anew. */
final class Mappings {
    private final LambdaClient lambda;
    private final PrintWriter out;
    private final List<EventSourceMappingConfiguration> mappings;

    Mappings(LambdaClient lambda, String table, PrintWriter out) {
        this.lambda = lambda;
        this.out = out;
        this.mappings = lambda.listEventSourceMappingsPaginator(request -> {}).eventSourceMappings().stream()
                .filter(mapping -> mapping.eventSourceArn() != null
                        && mapping.eventSourceArn().contains(":table/" + table + "/stream/"))
                .toList();
    }

    void plan() {
        out.printf(
                "  mappings: %s%n",
                mappings.isEmpty()
                        ? "none"
                        : mappings.stream().map(Mappings::function).toList());
    }

    void disable() {
        for (EventSourceMappingConfiguration mapping : mappings) {
            out.println("- disabling the mapping of " + function(mapping));
            lambda.updateEventSourceMapping(
                    request -> request.uuid(mapping.uuid()).enabled(false));
        }
    }

    /** From the new stream's beginning: nothing has been read of it. */
    void moveTo(@Nullable String streamArn) {
        for (EventSourceMappingConfiguration mapping : mappings) {
            if (streamArn == null) {
                throw new IllegalStateException("the new table has no stream for " + function(mapping));
            }
            if (mapping.eventSourceArn().equals(streamArn)) {
                lambda.updateEventSourceMapping(
                        request -> request.uuid(mapping.uuid()).enabled(true));
                continue;
            }
            out.println("- mapping " + function(mapping) + " to " + streamArn);
            lambda.deleteEventSourceMapping(request -> request.uuid(mapping.uuid()));
            lambda.createEventSourceMapping(like(mapping, streamArn));
        }
    }

    private static CreateEventSourceMappingRequest like(EventSourceMappingConfiguration mapping, String streamArn) {
        var request = CreateEventSourceMappingRequest.builder()
                .eventSourceArn(streamArn)
                .functionName(mapping.functionArn())
                .enabled(true)
                .startingPosition(EventSourcePosition.TRIM_HORIZON)
                .batchSize(mapping.batchSize())
                .maximumBatchingWindowInSeconds(mapping.maximumBatchingWindowInSeconds())
                .bisectBatchOnFunctionError(mapping.bisectBatchOnFunctionError())
                .maximumRetryAttempts(mapping.maximumRetryAttempts())
                .maximumRecordAgeInSeconds(mapping.maximumRecordAgeInSeconds())
                .parallelizationFactor(mapping.parallelizationFactor())
                .destinationConfig(mapping.destinationConfig());
        if (mapping.tumblingWindowInSeconds() != null && mapping.tumblingWindowInSeconds() > 0) {
            request.tumblingWindowInSeconds(mapping.tumblingWindowInSeconds());
        }
        if (mapping.hasFunctionResponseTypes()) {
            request.functionResponseTypes(mapping.functionResponseTypes());
        }
        FilterCriteria filters = mapping.filterCriteria();
        if (filters != null && !filters.filters().isEmpty()) {
            request.filterCriteria(filters);
        }
        return request.build();
    }

    /** The name, with its alias. */
    private static String function(EventSourceMappingConfiguration mapping) {
        return mapping.functionArn().replaceFirst("^.*:function:", "");
    }
}
