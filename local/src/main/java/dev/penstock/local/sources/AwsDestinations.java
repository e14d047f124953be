package dev.penstock.local.sources;

import java.util.function.Function;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/** On-failure destinations through the official clients of SQS, SNS and S3. */
public final class AwsDestinations implements Destinations {
    private final Function<Class<? extends SdkClient>, SdkClient> clients;

    /** @param clients gives the client of a type; only those that are needed are asked for */
    public AwsDestinations(Function<Class<? extends SdkClient>, SdkClient> clients) {
        this.clients = clients;
    }

    @Override
    public void sendToQueue(String queueArn, String body) {
        SqsClient sqs = client(SqsClient.class);
        String name = queueArn.substring(queueArn.lastIndexOf(':') + 1);
        String url = sqs.getQueueUrl(request -> request.queueName(name)).queueUrl();
        sqs.sendMessage(request -> request.queueUrl(url).messageBody(body));
    }

    @Override
    public void publishToTopic(String topicArn, String message) {
        client(SnsClient.class).publish(request -> request.topicArn(topicArn).message(message));
    }

    @Override
    public void putObject(String bucket, String key, String body) {
        client(S3Client.class)
                .putObject(
                        request -> request.bucket(bucket).key(key).contentType("application/json"),
                        RequestBody.fromString(body));
    }

    private <C extends SdkClient> C client(Class<C> type) {
        return type.cast(clients.apply(type));
    }
}
