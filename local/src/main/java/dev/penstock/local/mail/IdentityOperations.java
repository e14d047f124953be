package dev.penstock.local.mail;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.wire.RestOperations;
import software.amazon.awssdk.services.sesv2.model.CreateEmailIdentityRequest;
import software.amazon.awssdk.services.sesv2.model.CreateEmailIdentityResponse;
import software.amazon.awssdk.services.sesv2.model.DeleteEmailIdentityRequest;
import software.amazon.awssdk.services.sesv2.model.DeleteEmailIdentityResponse;
import software.amazon.awssdk.services.sesv2.model.GetEmailIdentityRequest;
import software.amazon.awssdk.services.sesv2.model.GetEmailIdentityResponse;
import software.amazon.awssdk.services.sesv2.model.IdentityInfo;
import software.amazon.awssdk.services.sesv2.model.IdentityType;
import software.amazon.awssdk.services.sesv2.model.ListEmailIdentitiesRequest;
import software.amazon.awssdk.services.sesv2.model.ListEmailIdentitiesResponse;

/** Identities that mail is sent from; each is verified at once. */
final class IdentityOperations {
    private static final String IDENTITIES = "/v2/email/identities";
    private static final String IDENTITY = IDENTITIES + "/{EmailIdentity}";

    private final Outbox outbox;

    IdentityOperations(Outbox outbox) {
        this.outbox = outbox;
    }

    void addTo(RestOperations operations) {
        operations
                .on("POST", IDENTITIES, CreateEmailIdentityRequest::builder, this::createIdentity)
                .on("GET", IDENTITIES, ListEmailIdentitiesRequest::builder, this::listIdentities)
                .on("GET", IDENTITY, GetEmailIdentityRequest::builder, this::getIdentity)
                .on("DELETE", IDENTITY, DeleteEmailIdentityRequest::builder, this::deleteIdentity);
    }

    private CreateEmailIdentityResponse createIdentity(CreateEmailIdentityRequest request, Request http) {
        String identity = SesV2.text(request.emailIdentity());
        if (identity.isBlank()) {
            throw SesV2.badRequest("EmailIdentity must be an email address or a domain");
        }
        if (!outbox.account(http.region()).identities.add(identity)) {
            throw new AwsError(400, "AlreadyExistsException", "Email identity " + identity + " already exist.");
        }
        return CreateEmailIdentityResponse.builder()
                .identityType(type(identity))
                .verifiedForSendingStatus(true)
                .build();
    }

    private static IdentityType type(String identity) {
        return identity.contains("@") ? IdentityType.EMAIL_ADDRESS : IdentityType.DOMAIN;
    }

    private ListEmailIdentitiesResponse listIdentities(ListEmailIdentitiesRequest request, Request http) {
        return ListEmailIdentitiesResponse.builder()
                .emailIdentities(outbox.account(http.region()).identities.stream()
                        .map(identity -> IdentityInfo.builder()
                                .identityName(identity)
                                .identityType(type(identity))
                                .sendingEnabled(true)
                                .verificationStatus("SUCCESS")
                                .build())
                        .toList())
                .build();
    }

    private GetEmailIdentityResponse getIdentity(GetEmailIdentityRequest request, Request http) {
        if (!outbox.account(http.region()).identities.contains(request.emailIdentity())) {
            throw SesV2.notFound("Email identity " + request.emailIdentity() + " does not exist.");
        }
        return GetEmailIdentityResponse.builder()
                .identityType(type(request.emailIdentity()))
                .verifiedForSendingStatus(true)
                .verificationStatus("SUCCESS")
                .build();
    }

    private DeleteEmailIdentityResponse deleteIdentity(DeleteEmailIdentityRequest request, Request http) {
        if (!outbox.account(http.region()).identities.remove(request.emailIdentity())) {
            throw SesV2.notFound("Email identity " + request.emailIdentity() + " does not exist.");
        }
        return DeleteEmailIdentityResponse.builder().build();
    }
}
