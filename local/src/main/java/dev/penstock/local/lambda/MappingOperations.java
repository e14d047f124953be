package dev.penstock.local.lambda;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.sources.EventSourceMappings;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingRequest;
import software.amazon.awssdk.services.lambda.model.DeleteEventSourceMappingRequest;
import software.amazon.awssdk.services.lambda.model.EventSourceMappingConfiguration;
import software.amazon.awssdk.services.lambda.model.GetEventSourceMappingRequest;
import software.amazon.awssdk.services.lambda.model.ListEventSourceMappingsRequest;
import software.amazon.awssdk.services.lambda.model.ListEventSourceMappingsResponse;
import software.amazon.awssdk.services.lambda.model.UpdateEventSourceMappingRequest;

/** The event source mapping operations, each on the mappings of the request's region. */
final class MappingOperations {
    private final FunctionOperations functions;
    private final Function<String, EventSourceMappings> mappings;

    MappingOperations(FunctionOperations functions, Function<String, EventSourceMappings> mappings) {
        this.functions = functions;
        this.mappings = mappings;
    }

    EventSourceMappingConfiguration create(CreateEventSourceMappingRequest request, Request http) {
        String source = request.eventSourceArn();
        if (source != null && !source.contains(":dynamodb:")) {
            throw AwsError.notSimulated("lambda", "CreateEventSourceMapping of " + source);
        }
        return of(http).create(request, existing(request.functionName(), http));
    }

    EventSourceMappingConfiguration get(GetEventSourceMappingRequest request, Request http) {
        return of(http).get(request.uuid());
    }

    ListEventSourceMappingsResponse list(ListEventSourceMappingsRequest request, Request http) {
        return ListEventSourceMappingsResponse.builder()
                .eventSourceMappings(of(http).list(request.eventSourceArn(), arn(request.functionName(), http)))
                .build();
    }

    EventSourceMappingConfiguration update(UpdateEventSourceMappingRequest request, Request http) {
        try {
            return of(http).update(
                            request, request.functionName() == null ? null : existing(request.functionName(), http));
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    EventSourceMappingConfiguration delete(DeleteEventSourceMappingRequest request, Request http) {
        try {
            return of(http).delete(request.uuid());
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private EventSourceMappings of(Request http) {
        return mappings.apply(http.region());
    }

    private String existing(String function, Request http) {
        FunctionReference reference = FunctionReference.parse(function, http.region(), null);
        functions.version(reference);
        return reference.qualifiedArn();
    }

    private static @Nullable String arn(@Nullable String function, Request http) {
        return function == null
                ? null
                : FunctionReference.parse(function, http.region(), null).qualifiedArn();
    }

    private static AwsError interrupted() {
        Thread.currentThread().interrupt();
        return new AwsError(500, "ServiceException", "The runtime is shutting down.");
    }
}
