package dev.penstock.local.assembly;

import dev.penstock.local.assembly.Resource.Physical;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.ResourceConflictException;

/** {@code AWS::Lambda::Url}: an HTTP address of a function. */
final class FunctionUrlProvisioner implements Provisioner {

    @Override
    public Physical provision(Resource resource, Target target) {
        var lambda = target.client(LambdaClient.class, resource);
        var url = resource.properties();
        String function = url.string("TargetFunctionArn");
        @Nullable String qualifier = url.optional("Qualifier").orElse(null);
        String address;
        try {
            address = lambda.createFunctionUrlConfig(request ->
                            request.functionName(function).qualifier(qualifier).authType(url.string("AuthType")))
                    .functionUrl();
        } catch (ResourceConflictException e) {
            address = lambda.getFunctionUrlConfig(
                            request -> request.functionName(function).qualifier(qualifier))
                    .functionUrl();
        }
        return new Physical(function, Map.of("FunctionUrl", address, "FunctionArn", function));
    }
}
