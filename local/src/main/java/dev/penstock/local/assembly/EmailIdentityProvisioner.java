package dev.penstock.local.assembly;

import dev.penstock.local.assembly.Resource.Physical;
import java.util.Map;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.services.sesv2.model.AlreadyExistsException;

/** {@code AWS::SES::EmailIdentity}: an address or domain to send from. Verified at once: there is nobody to ask. */
final class EmailIdentityProvisioner implements Provisioner {

    @Override
    public Physical provision(Resource resource, Target target) {
        String identity = resource.properties().string("EmailIdentity");
        try {
            target.client(SesV2Client.class, resource).createEmailIdentity(request -> request.emailIdentity(identity));
        } catch (AlreadyExistsException e) {
            // Kept from an earlier start.
        }
        return new Physical(identity, Map.of("EmailIdentityArn", resource.arn("ses", "identity/" + identity)));
    }
}
