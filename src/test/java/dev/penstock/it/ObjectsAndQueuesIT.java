package dev.penstock.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** S3, SQS and SNS, as far as the handlers and stacks use them. */
class ObjectsAndQueuesIT {

    @Scenario
    void objectsAreKeptAndListed(Cloud cloud) {
        var s3 = cloud.clients().of(S3Client.class);
        String bucket = "objects-" + ProcessHandle.current().pid();
        s3.createBucket(create -> create.bucket(bucket));
        byte[] content = {0, 1, 2, -1};
        s3.putObject(put -> put.bucket(bucket).key("a/b c.bin"), RequestBody.fromBytes(content));
        assertArrayEquals(
                content,
                s3.getObjectAsBytes(get -> get.bucket(bucket).key("a/b c.bin")).asByteArray());
        assertEquals(
                List.of("a/b c.bin"),
                s3.listObjectsV2(list -> list.bucket(bucket).prefix("a/")).contents().stream()
                        .map(object -> object.key())
                        .toList());
    }

    @Scenario
    void aTopicsMessageReachesItsQueue(Cloud cloud) {
        var sqs = cloud.clients().of(SqsClient.class);
        var sns = cloud.clients().of(SnsClient.class);
        String name = "mails-" + ProcessHandle.current().pid();
        String queue = sqs.createQueue(create -> create.queueName(name)).queueUrl();
        String arn = sqs.getQueueAttributes(get -> get.queueUrl(queue).attributeNames(QueueAttributeName.QUEUE_ARN))
                .attributes()
                .get(QueueAttributeName.QUEUE_ARN);
        String topic = sns.createTopic(create -> create.name(name)).topicArn();
        sns.subscribe(subscribe -> subscribe
                .topicArn(topic)
                .protocol("sqs")
                .endpoint(arn)
                .attributes(Map.of("RawMessageDelivery", "true")));
        sns.publish(publish -> publish.topicArn(topic).message("sent"));
        var received = sqs.receiveMessage(receive -> receive.queueUrl(queue).waitTimeSeconds(10));
        assertEquals(
                List.of("sent"),
                received.messages().stream().map(message -> message.body()).toList());
    }
}
