package dev.penstock.local.mail;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.wire.QueryOperations;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ses.SesClient;
import software.amazon.awssdk.services.ses.model.Body;
import software.amazon.awssdk.services.ses.model.Destination;
import software.amazon.awssdk.services.ses.model.GetSendQuotaRequest;
import software.amazon.awssdk.services.ses.model.GetSendQuotaResponse;
import software.amazon.awssdk.services.ses.model.ListIdentitiesRequest;
import software.amazon.awssdk.services.ses.model.ListIdentitiesResponse;
import software.amazon.awssdk.services.ses.model.MessageTag;
import software.amazon.awssdk.services.ses.model.SendEmailRequest;
import software.amazon.awssdk.services.ses.model.SendEmailResponse;
import software.amazon.awssdk.services.ses.model.SendRawEmailRequest;
import software.amazon.awssdk.services.ses.model.SendRawEmailResponse;
import software.amazon.awssdk.services.ses.model.VerifyDomainIdentityRequest;
import software.amazon.awssdk.services.ses.model.VerifyDomainIdentityResponse;
import software.amazon.awssdk.services.ses.model.VerifyEmailIdentityRequest;
import software.amazon.awssdk.services.ses.model.VerifyEmailIdentityResponse;

/** The operations of SES version 1 that send, and what they need. */
final class SesV1 {
    private final Outbox outbox;
    private final QueryOperations operations;

    SesV1(Outbox outbox) {
        this.outbox = outbox;
        this.operations = new QueryOperations("ses", "http://ses.amazonaws.com/doc/2010-12-01/", SesClient.class)
                .on("SendEmail", SendEmailRequest::builder, this::send)
                .on("SendRawEmail", SendRawEmailRequest::builder, this::sendRaw)
                .on("VerifyEmailIdentity", VerifyEmailIdentityRequest::builder, (request, http) -> {
                    outbox.account(http.region()).identities.add(text(request.emailAddress()));
                    return VerifyEmailIdentityResponse.builder().build();
                })
                .on("VerifyDomainIdentity", VerifyDomainIdentityRequest::builder, (request, http) -> {
                    outbox.account(http.region()).identities.add(text(request.domain()));
                    return VerifyDomainIdentityResponse.builder()
                            .verificationToken("verified")
                            .build();
                })
                .on(
                        "ListIdentities",
                        ListIdentitiesRequest::builder,
                        (request, http) -> ListIdentitiesResponse.builder()
                                .identities(outbox.account(http.region()).identities)
                                .build())
                .on(
                        "GetSendQuota",
                        GetSendQuotaRequest::builder,
                        (request, http) -> GetSendQuotaResponse.builder()
                                .max24HourSend(50_000d)
                                .maxSendRate(14d)
                                .sentLast24Hours(0d)
                                .build());
    }

    QueryOperations operations() {
        return operations;
    }

    private SendEmailResponse send(SendEmailRequest request, Request http) {
        if (request.source() == null || request.message() == null) {
            throw invalid("Source and Message must not be null");
        }
        Destination to = request.destination() == null ? Destination.builder().build() : request.destination();
        Body body = request.message().body() == null
                ? Body.builder().build()
                : request.message().body();
        String id = outbox.send(
                new Outbox.Draft(
                        request.source(),
                        to.toAddresses(),
                        to.ccAddresses(),
                        to.bccAddresses(),
                        request.message().subject() == null
                                ? ""
                                : text(request.message().subject().data()),
                        body.text() == null ? "" : text(body.text().data()),
                        body.html() == null ? "" : text(body.html().data()),
                        tags(request.tags()),
                        text(request.configurationSetName())),
                http.region());
        return SendEmailResponse.builder().messageId(id).build();
    }

    private SendRawEmailResponse sendRaw(SendRawEmailRequest request, Request http) {
        if (request.rawMessage() == null || request.rawMessage().data() == null) {
            throw invalid("RawMessage.Data must not be null");
        }
        Mime mime = Mime.parse(request.rawMessage().data().asByteArray());
        List<String> to = request.destinations().isEmpty()
                ? SendOperation.addresses(mime.headers().getOrDefault("To", ""))
                : request.destinations();
        String id = outbox.send(
                new Outbox.Draft(
                        request.source() == null ? mime.headers().getOrDefault("From", "") : request.source(),
                        to,
                        List.of(),
                        List.of(),
                        mime.headers().getOrDefault("Subject", ""),
                        mime.text(),
                        mime.html(),
                        tags(request.tags()),
                        text(request.configurationSetName())),
                http.region());
        return SendRawEmailResponse.builder().messageId(id).build();
    }

    private static Map<String, String> tags(List<MessageTag> tags) {
        return tags.stream().collect(Collectors.toMap(MessageTag::name, MessageTag::value, (first, second) -> second));
    }

    private static AwsError invalid(String message) {
        return new AwsError(400, "InvalidParameterValue", message);
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
