package dev.penstock.local.assembly;

import dev.penstock.local.assembly.Resource.Physical;
import java.util.Map;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.services.sesv2.model.AlreadyExistsException;

/** {@code AWS::SES::ConfigurationSet}: the set whose event destinations hear of each mail sent with it. */
final class ConfigurationSetProvisioner implements Provisioner {

    @Override
    public Physical provision(Resource resource, Target target) {
        String name = resource.name("Name");
        try {
            target.client(SesV2Client.class, resource)
                    .createConfigurationSet(request -> request.configurationSetName(name));
        } catch (AlreadyExistsException e) {
            // Kept from an earlier start.
        }
        return new Physical(name, Map.of());
    }
}
