package dev.penstock.infra.alarms;

import dev.penstock.infra.settings.Settings;
import dev.penstock.infra.settings.StageStack;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.sns.Topic;
import software.amazon.awscdk.services.sns.subscriptions.EmailSubscription;
import software.constructs.Construct;

/**
 * The topic that alarms of a region are published to. Its key is a customer managed one whose policy admits the
 * publishing services: a topic on the key that AWS manages for SNS never receives a CloudWatch alarm, because nobody can
 * change that key's policy (AWS: Amazon SNS key management).
 */
public final class AlarmsStack extends StageStack {

    private static final List<String> PUBLISHERS =
            List.of("cloudwatch.amazonaws.com", "events.amazonaws.com", "backup.amazonaws.com", "ses.amazonaws.com");

    public AlarmsStack(Construct scope, Settings settings, String region) {
        super(scope, "Alarms", settings, region, "Where Penstock's alarms are delivered");
        var topic = Topic.Builder.create(this, "Topic")
                .topicName(topicName(settings))
                .displayName("Penstock alarms")
                .enforceSsl(true)
                .masterKey(settings.isLocal() ? null : topicKey())
                .build();
        topic.addToResourcePolicy(publish(topic.getTopicArn()));
        if (!settings.alarmMail().isEmpty()) {
            topic.addSubscription(new EmailSubscription(settings.alarmMail()));
        }
    }

    /** The name by which other stacks find the topic of their region. */
    public static String topicName(Settings settings) {
        return settings.prefix() + "alarms";
    }

    private Key topicKey() {
        var key = Key.Builder.create(this, "TopicKey")
                .alias(settings().prefix() + "topics")
                .description("Encrypts topics of " + settings().prefix() + "*")
                .enableKeyRotation(true)
                .removalPolicy(RemovalPolicy.DESTROY)
                .build();
        key.addToResourcePolicy(ofThisAccount(PolicyStatement.Builder.create()
                .actions(List.of("kms:Decrypt", "kms:GenerateDataKey*"))
                .resources(List.of("*"))));
        return key;
    }

    private PolicyStatement publish(String topicArn) {
        return ofThisAccount(PolicyStatement.Builder.create()
                .sid("ServicesOfThisAccountPublish")
                .actions(List.of("sns:Publish"))
                .resources(List.of(topicArn)));
    }

    private PolicyStatement ofThisAccount(PolicyStatement.Builder statement) {
        return statement
                .principals(PUBLISHERS.stream().map(ServicePrincipal::new).toList())
                .conditions(Map.of(
                        "StringEquals", Map.of("aws:SourceAccount", settings().account())))
                .build();
    }
}
