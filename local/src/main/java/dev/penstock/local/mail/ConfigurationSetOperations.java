package dev.penstock.local.mail;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.wire.RestOperations;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sesv2.model.CreateConfigurationSetEventDestinationRequest;
import software.amazon.awssdk.services.sesv2.model.CreateConfigurationSetEventDestinationResponse;
import software.amazon.awssdk.services.sesv2.model.CreateConfigurationSetRequest;
import software.amazon.awssdk.services.sesv2.model.CreateConfigurationSetResponse;
import software.amazon.awssdk.services.sesv2.model.DeleteConfigurationSetRequest;
import software.amazon.awssdk.services.sesv2.model.DeleteConfigurationSetResponse;
import software.amazon.awssdk.services.sesv2.model.EventDestination;
import software.amazon.awssdk.services.sesv2.model.EventDestinationDefinition;
import software.amazon.awssdk.services.sesv2.model.GetConfigurationSetEventDestinationsRequest;
import software.amazon.awssdk.services.sesv2.model.GetConfigurationSetEventDestinationsResponse;
import software.amazon.awssdk.services.sesv2.model.ListConfigurationSetsRequest;
import software.amazon.awssdk.services.sesv2.model.ListConfigurationSetsResponse;
import software.amazon.awssdk.services.sesv2.model.UpdateConfigurationSetEventDestinationRequest;
import software.amazon.awssdk.services.sesv2.model.UpdateConfigurationSetEventDestinationResponse;

/** Configuration sets, and the event destinations that are told of their mails. */
final class ConfigurationSetOperations {
    private static final String SETS = "/v2/email/configuration-sets";
    private static final String SET = SETS + "/{ConfigurationSetName}";
    private static final String DESTINATIONS = SET + "/event-destinations";

    private final Outbox outbox;

    ConfigurationSetOperations(Outbox outbox) {
        this.outbox = outbox;
    }

    void addTo(RestOperations operations) {
        operations
                .on("POST", SETS, CreateConfigurationSetRequest::builder, this::createSet)
                .on("GET", SETS, ListConfigurationSetsRequest::builder, this::listSets)
                .on("DELETE", SET, DeleteConfigurationSetRequest::builder, this::deleteSet)
                .on(
                        "POST",
                        DESTINATIONS,
                        CreateConfigurationSetEventDestinationRequest::builder,
                        this::createDestination)
                .on(
                        "PUT",
                        DESTINATIONS + "/{EventDestinationName}",
                        UpdateConfigurationSetEventDestinationRequest::builder,
                        this::updateDestination)
                .on("GET", DESTINATIONS, GetConfigurationSetEventDestinationsRequest::builder, this::destinations);
    }

    private CreateConfigurationSetResponse createSet(CreateConfigurationSetRequest request, Request http) {
        if (!outbox.account(http.region()).addConfigurationSet(SesV2.text(request.configurationSetName()))) {
            throw new AwsError(
                    400,
                    "AlreadyExistsException",
                    "Configuration set <" + request.configurationSetName() + "> already exists.");
        }
        return CreateConfigurationSetResponse.builder().build();
    }

    private ListConfigurationSetsResponse listSets(ListConfigurationSetsRequest request, Request http) {
        return ListConfigurationSetsResponse.builder()
                .configurationSets(
                        outbox.account(http.region()).configurationSets.keySet())
                .build();
    }

    private DeleteConfigurationSetResponse deleteSet(DeleteConfigurationSetRequest request, Request http) {
        destinationsOf(request.configurationSetName(), http);
        outbox.account(http.region()).configurationSets.remove(request.configurationSetName());
        return DeleteConfigurationSetResponse.builder().build();
    }

    private CreateConfigurationSetEventDestinationResponse createDestination(
            CreateConfigurationSetEventDestinationRequest request, Request http) {
        var destinations = destinationsOf(request.configurationSetName(), http);
        String name = SesV2.text(request.eventDestinationName());
        if (destinations.putIfAbsent(name, destination(name, request.eventDestination())) != null) {
            throw new AwsError(400, "AlreadyExistsException", "Event destination <" + name + "> already exists.");
        }
        return CreateConfigurationSetEventDestinationResponse.builder().build();
    }

    private UpdateConfigurationSetEventDestinationResponse updateDestination(
            UpdateConfigurationSetEventDestinationRequest request, Request http) {
        var destinations = destinationsOf(request.configurationSetName(), http);
        String name = SesV2.text(request.eventDestinationName());
        if (destinations.replace(name, destination(name, request.eventDestination())) == null) {
            throw SesV2.notFound("Event destination <" + name + "> does not exist.");
        }
        return UpdateConfigurationSetEventDestinationResponse.builder().build();
    }

    private static EventDestination destination(String name, @Nullable EventDestinationDefinition definition) {
        if (definition == null || definition.matchingEventTypes().isEmpty()) {
            throw SesV2.badRequest("EventDestination must have at least one of MatchingEventTypes");
        }
        if (definition.snsDestination() == null && definition.eventBridgeDestination() == null) {
            throw AwsError.notSimulated("ses", "event destinations other than SNS and EventBridge");
        }
        return EventDestination.builder()
                .name(name)
                .enabled(definition.enabled() == null || definition.enabled())
                .matchingEventTypes(definition.matchingEventTypes())
                .snsDestination(definition.snsDestination())
                .eventBridgeDestination(definition.eventBridgeDestination())
                .build();
    }

    private GetConfigurationSetEventDestinationsResponse destinations(
            GetConfigurationSetEventDestinationsRequest request, Request http) {
        return GetConfigurationSetEventDestinationsResponse.builder()
                .eventDestinations(
                        destinationsOf(request.configurationSetName(), http).values())
                .build();
    }

    private Map<String, EventDestination> destinationsOf(String set, Request http) {
        Map<String, EventDestination> destinations =
                outbox.account(http.region()).configurationSets.get(set);
        if (destinations == null) {
            throw SesV2.notFound("Configuration set <" + set + "> does not exist.");
        }
        return destinations;
    }
}
