package dev.penstock.local.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.local.gateway.Gateway;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.eventbridge.model.RuleState;
import software.amazon.awssdk.services.eventbridge.model.Target;
import software.amazon.event.ruler.RuleCompiler;
import software.amazon.event.ruler.Ruler;

/** The event buses of all regions: matches events against rules and hands them to the rules' targets. Threadsafe. */
public final class EventBus {
    static final String DEFAULT = "default";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final InstantSource clock;
    private final Targets targets;
    private final Map<String, Map<String, Rule>> rules = new ConcurrentHashMap<>();

    /**
     * One rule.
     *
     * @param pattern the events it matches; {@code null} for a schedule alone
     * @param schedule {@code rate(...)} or {@code cron(...)}; {@code null} for a pattern alone
     */
    record Rule(
            String bus,
            String name,
            @Nullable String pattern,
            @Nullable String schedule,
            RuleState state,
            @Nullable String description,
            Map<String, Target> targets) {
        Rule withTargets(Map<String, Target> changed) {
            return new Rule(bus, name, pattern, schedule, state, description, Map.copyOf(changed));
        }

        String key() {
            return bus + "/" + name;
        }
    }

    public EventBus(InstantSource clock, Targets targets) {
        this.clock = clock;
        this.targets = targets;
    }

    /** The rules of a region by bus and name. */
    Map<String, Rule> rules(String region) {
        return rules.computeIfAbsent(region, name -> new ConcurrentSkipListMap<>());
    }

    /**
     * Puts an event of an AWS service on the default bus.
     *
     * @param detail a JSON object
     * @return the event's id
     */
    public String put(String region, String source, String detailType, String detail) {
        return put(region, DEFAULT, source, detailType, detail, List.of());
    }

    String put(String region, String bus, String source, String detailType, String detail, List<String> resources) {
        ObjectNode event = JSON.createObjectNode();
        String id = UUID.randomUUID().toString();
        event.put("version", "0")
                .put("id", id)
                .put("detail-type", detailType)
                .put("source", source)
                .put("account", Gateway.ACCOUNT)
                .put("time", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString())
                .put("region", region);
        resources.forEach(event.putArray("resources")::add);
        event.set("detail", read(detail));
        String text = event.toString();
        for (Rule rule : rules(region).values()) {
            if (rule.bus().equals(bus) && rule.state() != RuleState.DISABLED && matches(rule, text)) {
                deliver(rule, event);
            }
        }
        return id;
    }

    /** Hands an event to every target of a rule. */
    void deliver(Rule rule, JsonNode event) {
        for (Target target : rule.targets().values()) {
            targets.deliverLater(target.arn(), TargetInput.of(target, event));
        }
    }

    private static boolean matches(Rule rule, String event) {
        try {
            return rule.pattern() != null && Ruler.matchesRule(event, rule.pattern());
        } catch (Exception unreadable) {
            throw new IllegalStateException("rule " + rule.name() + " was checked when it was put", unreadable);
        }
    }

    static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException malformed) {
            throw new IllegalArgumentException("not JSON: " + malformed.getOriginalMessage(), malformed);
        }
    }

    /** Why a text is no event pattern; {@code null} when it is one. */
    static @Nullable String problem(String pattern) {
        try {
            return RuleCompiler.check(pattern);
        } catch (RuntimeException broken) {
            return String.valueOf(broken.getMessage());
        }
    }
}
