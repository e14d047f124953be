package dev.penstock.local.assembly;

import dev.penstock.local.assembly.Resource.Physical;
import java.util.Map;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceAlreadyExistsException;

/** {@code AWS::Logs::LogGroup}: the group and how long its events are kept. */
final class LogGroupProvisioner implements Provisioner {

    @Override
    public Physical provision(Resource resource, Target target) {
        var logs = target.client(CloudWatchLogsClient.class, resource);
        String name = resource.name("LogGroupName");
        try {
            logs.createLogGroup(request -> request.logGroupName(name));
        } catch (ResourceAlreadyExistsException e) {
            // Kept from an earlier start: only its retention may have changed.
        }
        resource.properties()
                .integer("RetentionInDays")
                .ifPresent(days -> logs.putRetentionPolicy(
                        request -> request.logGroupName(name).retentionInDays(days)));
        return new Physical(name, Map.of("Arn", resource.arn("logs", "log-group:" + name + ":*")));
    }
}
