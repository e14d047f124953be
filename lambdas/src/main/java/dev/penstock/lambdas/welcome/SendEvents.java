package dev.penstock.lambdas.welcome;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads SES sending events, as EventBridge delivers them; see "Examples of event data" of the SES developer guide. */
final class SendEvents {
    /** Message tag that holds the claim. */
    static final String CLAIM_TAG = "claim";
    /** Message tag that holds the consumer's name. */
    static final String CONSUMER_TAG = "consumer";

    private SendEvents() {}

    /** A mail that SES has sent. */
    record Send(String consumer, String claim, String messageId) {}

    /** The Send event in {@code event}; none when it is another event, or not of one of our mails. */
    static Optional<Send> read(Map<?, ?> event) {
        if (event.get("detail") instanceof Map<?, ?> detail
                && "Send".equals(detail.get("eventType"))
                && detail.get("mail") instanceof Map<?, ?> mail
                && mail.get("tags") instanceof Map<?, ?> tags) {
            String claim = first(tags.get(CLAIM_TAG));
            String consumer = first(tags.get(CONSUMER_TAG));
            if (!claim.isEmpty() && !consumer.isEmpty()) {
                return Optional.of(new Send(consumer, claim, String.valueOf(mail.get("messageId"))));
            }
        }
        return Optional.empty();
    }

    private static String first(@Nullable Object tag) {
        return tag instanceof List<?> values && !values.isEmpty() ? String.valueOf(values.getFirst()) : "";
    }
}
