package dev.penstock.local.assembly;

import dev.penstock.local.assembly.Resource.Physical;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.sns.SnsClient;

/** {@code AWS::SNS::Subscription}: who gets a topic's messages. SNS itself answers an equal subscription with the same ARN. */
final class SubscriptionProvisioner implements Provisioner {

    @Override
    public Physical provision(Resource resource, Target target) {
        var subscription = resource.properties();
        Map<String, String> attributes = new LinkedHashMap<>(subscription.texts());
        attributes
                .keySet()
                .retainAll(Set.of("FilterPolicy", "FilterPolicyScope", "RawMessageDelivery", "RedrivePolicy"));
        String arn = target.client(SnsClient.class, resource)
                .subscribe(request -> request.topicArn(subscription.string("TopicArn"))
                        .protocol(subscription.string("Protocol"))
                        .endpoint(subscription.string("Endpoint"))
                        .attributes(attributes)
                        .returnSubscriptionArn(true))
                .subscriptionArn();
        return new Physical(arn, Map.of("Arn", arn));
    }
}
