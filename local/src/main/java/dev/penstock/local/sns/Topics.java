package dev.penstock.local.sns;

import dev.penstock.local.gateway.AwsError;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** Topics, and who has subscribed to them, of all regions. Threadsafe. */
final class Topics {
    /** Attributes by ARN. */
    final Map<String, Map<String, String>> topics = new ConcurrentSkipListMap<>();

    /** By ARN. */
    final Map<String, Subscription> subscriptions = new ConcurrentSkipListMap<>();

    /**
     * The attributes of a topic.
     *
     * @throws AwsError 404 NotFound
     */
    Map<String, String> topic(@Nullable String arn) {
        Map<String, String> topic = arn == null ? null : topics.get(arn);
        if (topic == null) {
            throw new AwsError(404, "NotFound", "Topic does not exist");
        }
        return topic;
    }

    /** The subscriptions of a topic. */
    List<Subscription> of(String topicArn) {
        return subscriptions.values().stream()
                .filter(subscription -> subscription.topicArn().equals(topicArn))
                .toList();
    }

    /** @throws AwsError 404 NotFound */
    Subscription subscription(@Nullable String arn) {
        Subscription subscription = arn == null ? null : subscriptions.get(arn);
        if (subscription == null) {
            throw new AwsError(404, "NotFound", "Subscription does not exist");
        }
        return subscription;
    }

    static AwsError invalid(String what) {
        return new AwsError(400, "InvalidParameter", "Invalid parameter: " + what);
    }
}
