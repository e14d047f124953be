package dev.penstock.local.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.penstock.local.events.EventBus.Rule;
import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Gateway;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.gateway.Response;
import dev.penstock.local.gateway.Service;
import dev.penstock.local.wire.JsonOperations;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.DeleteRuleRequest;
import software.amazon.awssdk.services.eventbridge.model.DeleteRuleResponse;
import software.amazon.awssdk.services.eventbridge.model.DescribeRuleRequest;
import software.amazon.awssdk.services.eventbridge.model.DescribeRuleResponse;
import software.amazon.awssdk.services.eventbridge.model.ListRulesRequest;
import software.amazon.awssdk.services.eventbridge.model.ListRulesResponse;
import software.amazon.awssdk.services.eventbridge.model.ListTargetsByRuleRequest;
import software.amazon.awssdk.services.eventbridge.model.ListTargetsByRuleResponse;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequest;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResponse;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResultEntry;
import software.amazon.awssdk.services.eventbridge.model.PutRuleRequest;
import software.amazon.awssdk.services.eventbridge.model.PutRuleResponse;
import software.amazon.awssdk.services.eventbridge.model.PutTargetsRequest;
import software.amazon.awssdk.services.eventbridge.model.PutTargetsResponse;
import software.amazon.awssdk.services.eventbridge.model.RemoveTargetsRequest;
import software.amazon.awssdk.services.eventbridge.model.RemoveTargetsResponse;
import software.amazon.awssdk.services.eventbridge.model.RuleState;
import software.amazon.awssdk.services.eventbridge.model.Target;

/** EventBridge: events, rules by pattern or schedule, and their targets (Lambda functions, queues, topics). */
public final class EventBridgeService implements Service {
    private final EventBus bus;
    private final Scheduled scheduled;
    private final JsonOperations operations;

    public EventBridgeService(EventBus bus, Scheduled scheduled) {
        this.bus = bus;
        this.scheduled = scheduled;
        this.operations = new JsonOperations("events", EventBridgeClient.class)
                .on("PutEvents", PutEventsRequest::builder, this::putEvents)
                .on("PutRule", PutRuleRequest::builder, this::putRule)
                .on("DeleteRule", DeleteRuleRequest::builder, this::deleteRule)
                .on("DescribeRule", DescribeRuleRequest::builder, this::describeRule)
                .on("ListRules", ListRulesRequest::builder, this::listRules)
                .on("PutTargets", PutTargetsRequest::builder, this::putTargets)
                .on("RemoveTargets", RemoveTargetsRequest::builder, this::removeTargets)
                .on("ListTargetsByRule", ListTargetsByRuleRequest::builder, this::listTargets);
    }

    @Override
    public String signingName() {
        return "events";
    }

    @Override
    public Response handle(Request request) {
        return operations.handle(request);
    }

    private PutEventsResponse putEvents(PutEventsRequest request, Request http) {
        if (request.entries().isEmpty() || request.entries().size() > 10) {
            throw AwsError.validation("PutEvents takes 1 to 10 entries; given: "
                    + request.entries().size());
        }
        List<PutEventsResultEntry> results =
                request.entries().stream().map(entry -> put(entry, http)).toList();
        return PutEventsResponse.builder()
                .entries(results)
                .failedEntryCount((int) results.stream()
                        .filter(result -> result.errorCode() != null)
                        .count())
                .build();
    }

    private PutEventsResultEntry put(PutEventsRequestEntry entry, Request http) {
        if (entry.source() == null || entry.detailType() == null || entry.detail() == null) {
            return failed(
                    "InvalidArgument", "Parameter Source, DetailType or Detail is not valid. Reason: it is required.");
        }
        if (entry.source().startsWith("aws.")) {
            return failed("NotAuthorizedForSourceException", "Not authorized for the source.");
        }
        try {
            if (!EventBus.read(entry.detail()).isObject()) {
                return failed("MalformedDetail", "Detail is malformed.");
            }
        } catch (IllegalArgumentException malformed) {
            return failed("MalformedDetail", "Detail is malformed.");
        }
        String id = bus.put(
                http.region(),
                busName(entry.eventBusName()),
                entry.source(),
                entry.detailType(),
                entry.detail(),
                entry.resources());
        return PutEventsResultEntry.builder().eventId(id).build();
    }

    private static PutEventsResultEntry failed(String code, String message) {
        return PutEventsResultEntry.builder()
                .errorCode(code)
                .errorMessage(message)
                .build();
    }

    private static String busName(@Nullable String nameOrArn) {
        return nameOrArn == null ? EventBus.DEFAULT : nameOrArn.replaceFirst("^arn:.*:event-bus/", "");
    }

    // What changes a rule is synchronized: it reads the rule that it replaces.

    private synchronized PutRuleResponse putRule(PutRuleRequest request, Request http) {
        if (request.eventPattern() == null && request.scheduleExpression() == null) {
            throw AwsError.validation("Parameter(s) EventPattern or ScheduleExpression must be specified.");
        }
        if (request.eventPattern() != null && EventBus.problem(request.eventPattern()) != null) {
            throw new AwsError(
                    400,
                    "InvalidEventPatternException",
                    "Event pattern is not valid. Reason: " + EventBus.problem(request.eventPattern()));
        }
        Schedule schedule = schedule(request.scheduleExpression());
        String name = busName(request.eventBusName());
        Rule before = bus.rules(http.region()).get(name + "/" + request.name());
        Rule rule = new Rule(
                name,
                request.name(),
                request.eventPattern(),
                request.scheduleExpression(),
                request.state() == null ? RuleState.ENABLED : request.state(),
                request.description(),
                before == null ? Map.of() : before.targets());
        bus.rules(http.region()).put(rule.key(), rule);
        String id = id(http, rule);
        scheduled.remove(id);
        if (schedule != null && rule.state() != RuleState.DISABLED) {
            scheduled.put(id, schedule, due -> fire(http.region(), rule.key(), due));
        }
        return PutRuleResponse.builder().ruleArn(arn(http, rule)).build();
    }

    private static @Nullable Schedule schedule(@Nullable String expression) {
        try {
            return expression == null ? null : Schedule.parse(expression, ZoneOffset.UTC);
        } catch (IllegalArgumentException invalid) {
            throw AwsError.validation("Parameter ScheduleExpression is not valid. " + invalid.getMessage());
        }
    }

    private void fire(String region, String key, Instant due) {
        Rule rule = bus.rules(region).get(key);
        if (rule == null) {
            return;
        }
        JsonNode event = JsonNodeFactory.instance
                .objectNode()
                .put("version", "0")
                .put("id", UUID.randomUUID().toString())
                .put("detail-type", "Scheduled Event")
                .put("source", "aws.events")
                .put("account", Gateway.ACCOUNT)
                .put("time", due.toString())
                .put("region", region)
                .set("detail", JsonNodeFactory.instance.objectNode());
        bus.deliver(rule, event);
    }

    private static String id(Request http, Rule rule) {
        return http.region() + "/rule/" + rule.key();
    }

    private static String arn(Request http, Rule rule) {
        String path = rule.bus().equals(EventBus.DEFAULT) ? rule.name() : rule.key();
        return "arn:aws:events:%s:%s:rule/%s".formatted(http.region(), Gateway.ACCOUNT, path);
    }

    private Rule rule(Request http, @Nullable String busName, String name) {
        Rule rule = bus.rules(http.region()).get(busName(busName) + "/" + name);
        if (rule == null) {
            throw new AwsError(
                    400,
                    "ResourceNotFoundException",
                    "Rule " + name + " does not exist on EventBus " + busName(busName) + ".");
        }
        return rule;
    }

    private synchronized DeleteRuleResponse deleteRule(DeleteRuleRequest request, Request http) {
        Rule rule = bus.rules(http.region()).get(busName(request.eventBusName()) + "/" + request.name());
        if (rule != null) {
            if (!rule.targets().isEmpty()) {
                throw AwsError.validation("Rule can't be deleted since it has targets.");
            }
            bus.rules(http.region()).remove(rule.key());
            scheduled.remove(id(http, rule));
        }
        return DeleteRuleResponse.builder().build();
    }

    private DescribeRuleResponse describeRule(DescribeRuleRequest request, Request http) {
        Rule rule = rule(http, request.eventBusName(), request.name());
        return DescribeRuleResponse.builder()
                .name(rule.name())
                .arn(arn(http, rule))
                .eventBusName(rule.bus())
                .eventPattern(rule.pattern())
                .scheduleExpression(rule.schedule())
                .state(rule.state())
                .description(rule.description())
                .build();
    }

    private ListRulesResponse listRules(ListRulesRequest request, Request http) {
        String prefix = request.namePrefix() == null ? "" : request.namePrefix();
        return ListRulesResponse.builder()
                .rules(bus.rules(http.region()).values().stream()
                        .filter(rule -> rule.bus().equals(busName(request.eventBusName()))
                                && rule.name().startsWith(prefix))
                        .map(rule -> software.amazon.awssdk.services.eventbridge.model.Rule.builder()
                                .name(rule.name())
                                .arn(arn(http, rule))
                                .eventBusName(rule.bus())
                                .eventPattern(rule.pattern())
                                .scheduleExpression(rule.schedule())
                                .state(rule.state())
                                .build())
                        .toList())
                .build();
    }

    private synchronized PutTargetsResponse putTargets(PutTargetsRequest request, Request http) {
        Rule rule = rule(http, request.eventBusName(), request.rule());
        Map<String, Target> targets = new LinkedHashMap<>(rule.targets());
        for (Target target : request.targets()) {
            checkTarget(target);
            targets.put(target.id(), target);
        }
        if (targets.size() > 5) {
            throw new AwsError(
                    400, "LimitExceededException", "The requested resource exceeds the maximum number allowed.");
        }
        bus.rules(http.region()).put(rule.key(), rule.withTargets(targets));
        return PutTargetsResponse.builder().failedEntryCount(0).build();
    }

    private static void checkTarget(Target target) {
        try {
            if (!Targets.isSimulated(Arn.parse(target.arn()))) {
                throw AwsError.notSimulated("events", "target " + target.arn());
            }
        } catch (IllegalArgumentException noArn) {
            throw AwsError.validation(
                    "Parameter " + target.arn() + " is not valid. Reason: Provided Arn is not in correct format.");
        }
    }

    private synchronized RemoveTargetsResponse removeTargets(RemoveTargetsRequest request, Request http) {
        Rule rule = rule(http, request.eventBusName(), request.rule());
        Map<String, Target> targets = new LinkedHashMap<>(rule.targets());
        targets.keySet().removeAll(request.ids());
        bus.rules(http.region()).put(rule.key(), rule.withTargets(targets));
        return RemoveTargetsResponse.builder().failedEntryCount(0).build();
    }

    private ListTargetsByRuleResponse listTargets(ListTargetsByRuleRequest request, Request http) {
        return ListTargetsByRuleResponse.builder()
                .targets(new ArrayList<>(rule(http, request.eventBusName(), request.rule())
                        .targets()
                        .values()))
                .build();
    }
}
