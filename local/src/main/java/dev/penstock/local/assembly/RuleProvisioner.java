package dev.penstock.local.assembly;

import dev.penstock.local.assembly.Resource.Physical;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.RuleState;

/** {@code AWS::Events::Rule}: which events, or which moments, call which targets. */
final class RuleProvisioner implements Provisioner {

    @Override
    public Physical provision(Resource resource, Target target) {
        var events = target.client(EventBridgeClient.class, resource);
        var rule = resource.properties();
        String name = resource.name("Name");
        String arn = events.putRule(request -> request.name(name)
                        .eventBusName(rule.optional("EventBusName").orElse(null))
                        .eventPattern(
                                rule.has("EventPattern")
                                        ? Json.write(rule.object("EventPattern").values())
                                        : null)
                        .scheduleExpression(rule.optional("ScheduleExpression").orElse(null))
                        .state(rule.optional("State").map(RuleState::fromValue).orElse(RuleState.ENABLED)))
                .ruleArn();
        List<software.amazon.awssdk.services.eventbridge.model.Target> targets =
                rule.objects("Targets").stream().map(RuleProvisioner::target).toList();
        if (!targets.isEmpty()) {
            events.putTargets(request -> request.rule(name)
                    .eventBusName(rule.optional("EventBusName").orElse(null))
                    .targets(targets));
        }
        return new Physical(name, Map.of("Arn", arn));
    }

    private static software.amazon.awssdk.services.eventbridge.model.Target target(Properties target) {
        var called = software.amazon.awssdk.services.eventbridge.model.Target.builder()
                .id(target.string("Id"))
                .arn(target.string("Arn"));
        target.optional("Input").ifPresent(called::input);
        target.optional("InputPath").ifPresent(called::inputPath);
        if (target.has("DeadLetterConfig")) {
            String queue = target.object("DeadLetterConfig").string("Arn");
            called.deadLetterConfig(config -> config.arn(queue));
        }
        return called.build();
    }
}
