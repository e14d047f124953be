package dev.penstock.lambdas.welcome;

import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.projection.PoisonException;
import dev.penstock.lambdas.stream.ItemChange;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Who is to be welcomed: the pure part of the handler. */
final class Decision {
    /** Older items come from imports, restores and replays, and mail nobody. */
    static final Duration FRESH = Duration.ofHours(24);

    private static final Pattern ADDRESS = Pattern.compile("[^@\\s,;<>\"]{1,64}@[^@\\s,;<>\"]{1,255}");

    private Decision() {}

    /**
     * The new customer that a change tells of; none when there is nobody to write to, it is too late, or another region's
     * turn.
     *
     * @throws PoisonException when the item has an address or a time that can't be used
     */
    static Optional<Customer> of(ItemChange change, ActiveWindows active) {
        Map<String, Value> item = change.newImage();
        if (change.kind() != ItemChange.Kind.INSERT || item == null || !item.containsKey("email")) {
            return Optional.empty();
        }
        String id = text(item, "customerId");
        String email = text(item, "email");
        if (!ADDRESS.matcher(email).matches()) {
            throw new PoisonException("attribute email is no address");
        }
        Instant created;
        try {
            created = Instant.parse(text(item, "createdAt"));
        } catch (DateTimeException e) {
            throw new PoisonException("attribute createdAt is no ISO-8601 instant");
        }
        // Whole seconds on both sides: the record's time has no fraction.
        boolean fresh = created.plus(FRESH).isAfter(change.time());
        String name = item.get("name") instanceof Value.S given ? given.value() : "";
        return fresh && active.contain(created) ? Optional.of(new Customer(id, email, name)) : Optional.empty();
    }

    private static String text(Map<String, Value> item, String attribute) {
        if (item.get(attribute) instanceof Value.S text && !text.value().isEmpty()) {
            return text.value();
        }
        throw new PoisonException("attribute " + attribute + " is missing or no string");
    }

    /** Somebody who has just signed up; {@code name} may be empty. */
    record Customer(String id, String email, String name) {}
}
