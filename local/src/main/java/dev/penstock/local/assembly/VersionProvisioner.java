package dev.penstock.local.assembly;

import dev.penstock.local.assembly.Resource.Physical;
import java.util.Map;
import software.amazon.awssdk.services.lambda.LambdaClient;

/** {@code AWS::Lambda::Version}: publishes the function as it is now. */
final class VersionProvisioner implements Provisioner {

    @Override
    public Physical provision(Resource resource, Target target) {
        var published = target.client(LambdaClient.class, resource)
                .publishVersion(
                        request -> request.functionName(resource.properties().string("FunctionName")));
        return new Physical(
                published.functionArn(),
                Map.of("Version", published.version(), "FunctionArn", published.functionArn()));
    }
}
