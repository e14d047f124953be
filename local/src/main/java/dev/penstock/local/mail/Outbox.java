package dev.penstock.local.mail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.local.events.EventBus;
import dev.penstock.local.events.Targets;
import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Gateway;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.services.sesv2.model.EventDestination;
import software.amazon.awssdk.services.sesv2.model.EventType;

/**
 * Takes a mail as SES does: checks sender and configuration set, captures it, and publishes Send and what follows
 * (Delivery, or Bounce and Complaint for the addresses of the mailbox simulator) to the set's event destinations.
 */
final class Outbox {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_RECIPIENTS = 50;

    private final MailBox box;
    private final InstantSource clock;
    private final Targets targets;
    private final EventBus bus;
    private final Map<String, SesAccount> accounts = new ConcurrentHashMap<>();

    Outbox(MailBox box, InstantSource clock, Targets targets, EventBus bus) {
        this.box = box;
        this.clock = clock;
        this.targets = targets;
        this.bus = bus;
    }

    SesAccount account(String region) {
        return accounts.computeIfAbsent(region, name -> new SesAccount());
    }

    /** What is to be sent. */
    record Draft(
            String from,
            List<String> to,
            List<String> cc,
            List<String> bcc,
            String subject,
            String text,
            String html,
            Map<String, String> tags,
            String configurationSet) {}

    /**
     * Sends.
     *
     * @return the message id
     * @throws AwsError MessageRejected for an unverified sender; for no recipient or more than 50
     */
    String send(Draft draft, String region) {
        SesAccount account = account(region);
        if (!account.isVerified(draft.from())) {
            throw new AwsError(
                    400,
                    "MessageRejected",
                    "Email address is not verified. The following identities failed the check in region %s: %s"
                            .formatted(region.toUpperCase(Locale.ROOT), draft.from()));
        }
        int recipients = draft.to().size() + draft.cc().size() + draft.bcc().size();
        if (recipients == 0 || recipients > MAX_RECIPIENTS) {
            throw new AwsError(
                    400,
                    "BadRequestException",
                    "Recipient count must be from 1 to " + MAX_RECIPIENTS + "; given: " + recipients);
        }
        String set = draft.configurationSet();
        if (!set.isEmpty() && !account.configurationSets.containsKey(set)) {
            throw new AwsError(404, "NotFoundException", "Configuration set <" + set + "> does not exist.");
        }
        Mail mail = new Mail(
                "0100" + UUID.randomUUID().toString().replace("-", "") + "-000000",
                region,
                draft.from(),
                draft.to(),
                draft.cc(),
                draft.bcc(),
                draft.subject(),
                draft.text(),
                draft.html(),
                clock.instant().truncatedTo(ChronoUnit.MILLIS).toString(),
                draft.tags(),
                set);
        box.add(mail);
        publish(mail, EventType.SEND, "Send", "send");
        switch (fate(mail)) {
            case BOUNCE -> publish(mail, EventType.BOUNCE, "Bounce", "bounce");
            case COMPLAINT -> {
                publish(mail, EventType.DELIVERY, "Delivery", "delivery");
                publish(mail, EventType.COMPLAINT, "Complaint", "complaint");
            }
            default -> publish(mail, EventType.DELIVERY, "Delivery", "delivery");
        }
        return mail.id();
    }

    private static EventType fate(Mail mail) {
        for (String recipient : mail.recipients()) {
            String address = Mail.address(recipient);
            if (address.endsWith("@simulator.amazonses.com")) {
                if (address.startsWith("bounce") || address.startsWith("suppressionlist")) {
                    return EventType.BOUNCE;
                }
                if (address.startsWith("complaint")) {
                    return EventType.COMPLAINT;
                }
            }
        }
        return EventType.DELIVERY;
    }

    private void publish(Mail mail, EventType type, String name, String member) {
        for (EventDestination destination : account(mail.region()).destinations(mail.configurationSet())) {
            if (!Boolean.TRUE.equals(destination.enabled())
                    || !destination.matchingEventTypes().contains(type)) {
                continue;
            }
            Map<String, Object> event = event(mail, name, member);
            if (destination.snsDestination() != null) {
                targets.deliverLater(destination.snsDestination().topicArn(), json(event));
            }
            if (destination.eventBridgeDestination() != null) {
                bus.put(mail.region(), "aws.ses", "Email " + (name.equals("Send") ? "Sent" : name), json(event));
            }
        }
    }

    /** The event as SES publishes it (Amazon SES Developer Guide, "Contents of event data"). */
    private Map<String, Object> event(Mail mail, String name, String member) {
        Map<String, Object> common = new LinkedHashMap<>();
        common.put("from", List.of(mail.from()));
        common.put("to", mail.to());
        common.put("messageId", mail.id());
        common.put("subject", mail.subject());
        Map<String, Object> tags = new LinkedHashMap<>();
        tags.put("ses:configuration-set", List.of(mail.configurationSet()));
        tags.put("ses:from-domain", List.of(Mail.address(mail.from()).replaceFirst("^.*@", "")));
        mail.tags().forEach((key, value) -> tags.put(key, List.of(value)));
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("timestamp", mail.time());
        message.put("source", mail.from());
        message.put(
                "sourceArn",
                "arn:aws:ses:%s:%s:identity/%s".formatted(mail.region(), Gateway.ACCOUNT, Mail.address(mail.from())));
        message.put("sendingAccountId", Gateway.ACCOUNT);
        message.put("messageId", mail.id());
        message.put("destination", mail.recipients());
        message.put("headersTruncated", false);
        message.put("headers", List.of());
        message.put("commonHeaders", common);
        message.put("tags", tags);
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("eventType", name);
        event.put("mail", message);
        event.put(member, details(mail, member));
        return event;
    }

    private static Map<String, Object> details(Mail mail, String member) {
        List<Map<String, String>> recipients = mail.recipients().stream()
                .map(recipient -> Map.of("emailAddress", Mail.address(recipient)))
                .toList();
        return switch (member) {
            case "delivery" ->
                Map.of("timestamp", mail.time(), "processingTimeMillis", 0, "recipients", mail.recipients());
            case "bounce" ->
                Map.of(
                        "bounceType",
                        "Permanent",
                        "bounceSubType",
                        "General",
                        "bouncedRecipients",
                        recipients,
                        "timestamp",
                        mail.time(),
                        "feedbackId",
                        mail.id());
            case "complaint" ->
                Map.of("complainedRecipients", recipients, "timestamp", mail.time(), "feedbackId", mail.id());
            default -> Map.of();
        };
    }

    private static String json(Object event) {
        try {
            return JSON.writeValueAsString(event);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
