package dev.penstock.local.assembly;

import dev.penstock.local.assembly.Resource.Physical;
import java.util.Map;
import software.amazon.awssdk.services.dax.DaxClient;
import software.amazon.awssdk.services.dax.model.ParameterNameValue;

/** {@code AWS::DAX::ParameterGroup}: how long a cluster caches items and query results. */
final class DaxParameterGroupProvisioner implements Provisioner {

    @Override
    public Physical provision(Resource resource, Target target) {
        var dax = target.client(DaxClient.class, resource);
        String name = resource.name("ParameterGroupName");
        dax.createParameterGroup(request -> request.parameterGroupName(name));
        var values = resource.properties().object("ParameterNameValues").texts().entrySet().stream()
                .map(value -> ParameterNameValue.builder()
                        .parameterName(value.getKey())
                        .parameterValue(value.getValue())
                        .build())
                .toList();
        if (!values.isEmpty()) {
            dax.updateParameterGroup(request -> request.parameterGroupName(name).parameterNameValues(values));
        }
        return new Physical(name, Map.of("Arn", resource.arn("dax", "parametergroup/" + name)));
    }
}
