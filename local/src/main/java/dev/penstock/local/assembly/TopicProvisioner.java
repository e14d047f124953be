package dev.penstock.local.assembly;

import dev.penstock.local.assembly.Resource.Physical;
import java.util.Map;
import software.amazon.awssdk.services.sns.SnsClient;

/** {@code AWS::SNS::Topic} and the subscriptions written inside it. */
final class TopicProvisioner implements Provisioner {

    @Override
    public Physical provision(Resource resource, Target target) {
        var sns = target.client(SnsClient.class, resource);
        String name = resource.name("TopicName");
        String arn = sns.createTopic(request -> request.name(name)).topicArn();
        for (Properties subscription : resource.properties().objects("Subscription")) {
            sns.subscribe(request -> request.topicArn(arn)
                    .protocol(subscription.string("Protocol"))
                    .endpoint(subscription.string("Endpoint")));
        }
        return new Physical(arn, Map.of("TopicArn", arn, "TopicName", name));
    }
}
