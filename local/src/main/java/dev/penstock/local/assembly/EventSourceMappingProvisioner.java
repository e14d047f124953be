package dev.penstock.local.assembly;

import dev.penstock.local.assembly.Resource.Physical;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingRequest;
import software.amazon.awssdk.services.lambda.model.EventSourceMappingConfiguration;
import software.amazon.awssdk.services.lambda.model.Filter;
import software.amazon.awssdk.services.lambda.model.FilterCriteria;

/** {@code AWS::Lambda::EventSourceMapping}: which stream or queue feeds which function, and how. */
final class EventSourceMappingProvisioner implements Provisioner {

    @Override
    public Physical provision(Resource resource, Target target) {
        var lambda = target.client(LambdaClient.class, resource);
        var wanted = request(resource.properties());
        String id = find(lambda, wanted)
                .map(existing -> update(lambda, existing.uuid(), wanted))
                .orElseGet(() -> lambda.createEventSourceMapping(wanted).uuid());
        return new Physical(
                id, Map.of("Id", id, "EventSourceMappingArn", resource.arn("lambda", "event-source-mapping:" + id)));
    }

    private static CreateEventSourceMappingRequest request(Properties mapping) {
        var request = CreateEventSourceMappingRequest.builder()
                .eventSourceArn(mapping.string("EventSourceArn"))
                .functionName(mapping.string("FunctionName"))
                .enabled(mapping.flag("Enabled").orElse(true));
        mapping.integer("BatchSize").ifPresent(request::batchSize);
        mapping.integer("MaximumBatchingWindowInSeconds").ifPresent(request::maximumBatchingWindowInSeconds);
        mapping.flag("BisectBatchOnFunctionError").ifPresent(request::bisectBatchOnFunctionError);
        mapping.integer("MaximumRetryAttempts").ifPresent(request::maximumRetryAttempts);
        mapping.integer("MaximumRecordAgeInSeconds").ifPresent(request::maximumRecordAgeInSeconds);
        mapping.integer("ParallelizationFactor").ifPresent(request::parallelizationFactor);
        mapping.integer("TumblingWindowInSeconds").ifPresent(request::tumblingWindowInSeconds);
        mapping.optional("StartingPosition").ifPresent(request::startingPosition);
        if (mapping.has("FunctionResponseTypes")) {
            request.functionResponseTypesWithStrings(mapping.strings("FunctionResponseTypes"));
        }
        mapping.object("DestinationConfig")
                .object("OnFailure")
                .optional("Destination")
                .ifPresent(destination -> request.destinationConfig(
                        config -> config.onFailure(failure -> failure.destination(destination))));
        var filters = mapping.object("FilterCriteria").objects("Filters").stream()
                .map(filter ->
                        Filter.builder().pattern(filter.string("Pattern")).build())
                .toList();
        if (!filters.isEmpty()) {
            request.filterCriteria(FilterCriteria.builder().filters(filters).build());
        }
        return request.build();
    }

    private static Optional<EventSourceMappingConfiguration> find(
            LambdaClient lambda, CreateEventSourceMappingRequest wanted) {
        return lambda
                .listEventSourceMappingsPaginator(list -> list.eventSourceArn(wanted.eventSourceArn()))
                .eventSourceMappings()
                .stream()
                .filter(mapping -> mapping.functionArn().endsWith(":function:" + afterFunction(wanted.functionName())))
                .findFirst();
    }

    private static String update(LambdaClient lambda, String id, CreateEventSourceMappingRequest wanted) {
        lambda.updateEventSourceMapping(update -> update.uuid(id)
                .functionName(wanted.functionName())
                .enabled(wanted.enabled())
                .batchSize(wanted.batchSize())
                .maximumBatchingWindowInSeconds(wanted.maximumBatchingWindowInSeconds())
                .bisectBatchOnFunctionError(wanted.bisectBatchOnFunctionError())
                .maximumRetryAttempts(wanted.maximumRetryAttempts())
                .maximumRecordAgeInSeconds(wanted.maximumRecordAgeInSeconds())
                .parallelizationFactor(wanted.parallelizationFactor())
                .tumblingWindowInSeconds(wanted.tumblingWindowInSeconds())
                .functionResponseTypes(wanted.functionResponseTypes())
                .destinationConfig(wanted.destinationConfig())
                .filterCriteria(wanted.filterCriteria()));
        return id;
    }

    /** {@code name} or {@code name:alias}, whether a name or an ARN was given. */
    private static String afterFunction(String nameOrArn) {
        int at = nameOrArn.indexOf(":function:");
        return at < 0 ? nameOrArn : nameOrArn.substring(at + ":function:".length());
    }
}
