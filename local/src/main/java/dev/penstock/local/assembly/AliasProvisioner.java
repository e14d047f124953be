package dev.penstock.local.assembly;

import dev.penstock.local.assembly.Resource.Physical;
import java.util.Map;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.ResourceConflictException;

/** {@code AWS::Lambda::Alias}: points a name at a published version. */
final class AliasProvisioner implements Provisioner {

    @Override
    public Physical provision(Resource resource, Target target) {
        var lambda = target.client(LambdaClient.class, resource);
        var alias = resource.properties();
        String function = alias.string("FunctionName");
        String name = alias.string("Name");
        String version = alias.string("FunctionVersion");
        String arn;
        try {
            arn = lambda.createAlias(
                            request -> request.functionName(function).name(name).functionVersion(version))
                    .aliasArn();
        } catch (ResourceConflictException e) {
            arn = lambda.updateAlias(
                            request -> request.functionName(function).name(name).functionVersion(version))
                    .aliasArn();
        }
        return new Physical(arn, Map.of("AliasArn", arn));
    }
}
