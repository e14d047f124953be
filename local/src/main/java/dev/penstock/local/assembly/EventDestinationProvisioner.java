package dev.penstock.local.assembly;

import dev.penstock.local.assembly.Resource.Physical;
import java.util.Locale;
import java.util.Map;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.services.sesv2.model.AlreadyExistsException;
import software.amazon.awssdk.services.sesv2.model.EventDestinationDefinition;

/** {@code AWS::SES::ConfigurationSetEventDestination}: where send, bounce and complaint events go. */
final class EventDestinationProvisioner implements Provisioner {

    @Override
    public Physical provision(Resource resource, Target target) {
        var ses = target.client(SesV2Client.class, resource);
        String set = resource.properties().string("ConfigurationSetName");
        var wanted = resource.properties().object("EventDestination");
        String name = wanted.optional("Name").orElseGet(resource::logicalId);
        var definition = definition(wanted);
        try {
            ses.createConfigurationSetEventDestination(request ->
                    request.configurationSetName(set).eventDestinationName(name).eventDestination(definition));
        } catch (AlreadyExistsException e) {
            ses.updateConfigurationSetEventDestination(request ->
                    request.configurationSetName(set).eventDestinationName(name).eventDestination(definition));
        }
        return new Physical(set + "|" + name, Map.of("Id", set + "|" + name));
    }

    private static EventDestinationDefinition definition(Properties wanted) {
        var definition = EventDestinationDefinition.builder()
                .enabled(wanted.flag("Enabled").orElse(true))
                // CloudFormation writes renderingFailure, the API RENDERING_FAILURE.
                .matchingEventTypesWithStrings(wanted.strings("MatchingEventTypes").stream()
                        .map(type -> type.replaceAll("([a-z])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT))
                        .toList());
        wanted.object("SnsDestination")
                .optional("TopicARN")
                .ifPresent(topic -> definition.snsDestination(sns -> sns.topicArn(topic)));
        wanted.object("EventBridgeDestination")
                .optional("EventBusArn")
                .ifPresent(bus -> definition.eventBridgeDestination(eventBridge -> eventBridge.eventBusArn(bus)));
        return definition.build();
    }
}
