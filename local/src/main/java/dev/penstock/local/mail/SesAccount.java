package dev.penstock.local.mail;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import software.amazon.awssdk.services.sesv2.model.EventDestination;

/** What SES knows in one region: identities, configuration sets with their event destinations, templates. */
final class SesAccount {
    /** Addresses and domains; verified at once, since there is nobody to ask. */
    final Set<String> identities = new ConcurrentSkipListSet<>();
    /** Event destinations by configuration set and name. */
    final Map<String, Map<String, EventDestination>> configurationSets = new ConcurrentSkipListMap<>();

    final Map<String, MailTemplate> templates = new ConcurrentSkipListMap<>();

    boolean isVerified(String mailbox) {
        String address = Mail.address(mailbox).toLowerCase(Locale.ROOT);
        String domain = address.substring(address.indexOf('@') + 1);
        return identities.stream()
                .map(identity -> identity.toLowerCase(Locale.ROOT))
                .anyMatch(identity ->
                        identity.equals(address) || identity.equals(domain) || domain.endsWith("." + identity));
    }

    boolean addConfigurationSet(String name) {
        return configurationSets.putIfAbsent(name, new ConcurrentHashMap<>()) == null;
    }

    List<EventDestination> destinations(String configurationSet) {
        return configurationSets.getOrDefault(configurationSet, Map.of()).values().stream()
                .toList();
    }
}
