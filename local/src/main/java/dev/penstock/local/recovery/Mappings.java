package dev.penstock.local.recovery;

import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingRequest;
import software.amazon.awssdk.services.lambda.model.EventSourceMappingConfiguration;
import software.amazon.awssdk.services.lambda.model.EventSourcePosition;
import software.amazon.awssdk.services.lambda.model.FilterCriteria;
import software.amazon.awssdk.services.lambda.model.ResourceConflictException;
import software.amazon.awssdk.services.lambda.model.ResourceInUseException;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;

/**
 * The event source mappings of a table in one region: a mapping can't be pointed at another stream, so each is made anew.
 * Whatever was done before is not done again.
 */
final class Mappings {
    private final LambdaClient lambda;
    private final Progress progress;
    private final PrintWriter out;

    Mappings(LambdaClient lambda, Progress progress, PrintWriter out) {
        this.lambda = lambda;
        this.progress = progress;
        this.out = out;
    }

    /** Those that read a stream of the table, as they are now. */
    static List<EventSourceMappingConfiguration> of(LambdaClient lambda, String table) {
        return lambda.listEventSourceMappingsPaginator(request -> {}).eventSourceMappings().stream()
                .filter(mapping -> mapping.eventSourceArn() != null
                        && mapping.eventSourceArn().contains(":table/" + table + "/stream/"))
                .toList();
    }

    void disable(List<EventSourceMappingConfiguration> mappings) {
        for (EventSourceMappingConfiguration mapping : mappings) {
            if (isEnabled(mapping)) {
                out.println("- disabling the mapping of " + function(mapping));
                whenFree(
                        mapping,
                        () -> lambda.updateEventSourceMapping(
                                request -> request.uuid(mapping.uuid()).enabled(false)));
            }
        }
    }

    /**
     * From the new stream's beginning: nothing has been read of it, and what begins at its end may miss a write. The new one
     * is made before the old one goes, so that there is never none.
     */
    void moveTo(@Nullable String streamArn, List<EventSourceMappingConfiguration> mappings) {
        for (EventSourceMappingConfiguration mapping : mappings) {
            if (streamArn == null) {
                throw new IllegalStateException("the new table has no stream for " + function(mapping));
            }
            out.println("- mapping " + function(mapping) + " to " + streamArn);
            try {
                lambda.createEventSourceMapping(like(mapping, streamArn));
            } catch (ResourceConflictException madeBefore) {
                out.println("  it is there already");
            }
            whenFree(mapping, () -> lambda.deleteEventSourceMapping(request -> request.uuid(mapping.uuid())));
        }
    }

    /** A mapping takes one change at a time; one that is gone needs none. */
    private void whenFree(EventSourceMappingConfiguration mapping, Runnable change) {
        progress.await("mapping of " + function(mapping), () -> {
            try {
                change.run();
                return null;
            } catch (ResourceNotFoundException gone) {
                return null;
            } catch (ResourceInUseException changing) {
                return "changing";
            }
        });
    }

    private static boolean isEnabled(EventSourceMappingConfiguration mapping) {
        return mapping.state() == null || !mapping.state().startsWith("Disabl");
    }

    private static CreateEventSourceMappingRequest like(EventSourceMappingConfiguration mapping, String streamArn) {
        var request = CreateEventSourceMappingRequest.builder()
                .eventSourceArn(streamArn)
                .functionName(mapping.functionArn())
                .enabled(isEnabled(mapping))
                .startingPosition(EventSourcePosition.TRIM_HORIZON)
                .batchSize(mapping.batchSize())
                .maximumBatchingWindowInSeconds(mapping.maximumBatchingWindowInSeconds())
                .bisectBatchOnFunctionError(mapping.bisectBatchOnFunctionError())
                .maximumRetryAttempts(mapping.maximumRetryAttempts())
                .maximumRecordAgeInSeconds(mapping.maximumRecordAgeInSeconds())
                .parallelizationFactor(mapping.parallelizationFactor())
                .destinationConfig(mapping.destinationConfig())
                .metricsConfig(mapping.metricsConfig())
                .loggingConfig(mapping.loggingConfig())
                .kmsKeyArn(mapping.kmsKeyArn());
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

    /** The name, with its alias, and whether it reads. */
    static String describe(EventSourceMappingConfiguration mapping) {
        return function(mapping) + (isEnabled(mapping) ? "" : " (disabled)");
    }

    private static String function(EventSourceMappingConfiguration mapping) {
        return mapping.functionArn().replaceFirst("^.*:function:", "");
    }
}
