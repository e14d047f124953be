package dev.penstock.local.assembly;

import dev.penstock.local.assembly.Resource.Physical;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.sqs.SqsClient;

/** {@code AWS::SQS::Queue}: the queue with its timings and its dead-letter queue. */
final class QueueProvisioner implements Provisioner {
    private static final Set<String> ATTRIBUTES = Set.of(
            "ContentBasedDeduplication",
            "DelaySeconds",
            "FifoQueue",
            "MaximumMessageSize",
            "MessageRetentionPeriod",
            "ReceiveMessageWaitTimeSeconds",
            "RedrivePolicy",
            "VisibilityTimeout");

    @Override
    public Physical provision(Resource resource, Target target) {
        var sqs = target.client(SqsClient.class, resource);
        String name = resource.name("QueueName");
        Map<String, String> attributes = resource.properties().texts().entrySet().stream()
                .filter(entry -> ATTRIBUTES.contains(entry.getKey()))
                .collect(Collectors.toMap(
                        Map.Entry::getKey, Map.Entry::getValue, (first, second) -> first, LinkedHashMap::new));
        String url = sqs.createQueue(request -> request.queueName(name).attributesWithStrings(attributes))
                .queueUrl();
        return new Physical(url, Map.of("Arn", resource.arn("sqs", name), "QueueName", name, "QueueUrl", url));
    }
}
