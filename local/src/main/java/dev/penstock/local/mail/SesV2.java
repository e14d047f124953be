package dev.penstock.local.mail;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.wire.RestOperations;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sesv2.model.CreateConfigurationSetEventDestinationRequest;
import software.amazon.awssdk.services.sesv2.model.CreateConfigurationSetEventDestinationResponse;
import software.amazon.awssdk.services.sesv2.model.CreateConfigurationSetRequest;
import software.amazon.awssdk.services.sesv2.model.CreateConfigurationSetResponse;
import software.amazon.awssdk.services.sesv2.model.CreateEmailIdentityRequest;
import software.amazon.awssdk.services.sesv2.model.CreateEmailIdentityResponse;
import software.amazon.awssdk.services.sesv2.model.CreateEmailTemplateRequest;
import software.amazon.awssdk.services.sesv2.model.CreateEmailTemplateResponse;
import software.amazon.awssdk.services.sesv2.model.DeleteConfigurationSetRequest;
import software.amazon.awssdk.services.sesv2.model.DeleteConfigurationSetResponse;
import software.amazon.awssdk.services.sesv2.model.DeleteEmailIdentityRequest;
import software.amazon.awssdk.services.sesv2.model.DeleteEmailIdentityResponse;
import software.amazon.awssdk.services.sesv2.model.DeleteEmailTemplateRequest;
import software.amazon.awssdk.services.sesv2.model.DeleteEmailTemplateResponse;
import software.amazon.awssdk.services.sesv2.model.Destination;
import software.amazon.awssdk.services.sesv2.model.EmailTemplateContent;
import software.amazon.awssdk.services.sesv2.model.EventDestination;
import software.amazon.awssdk.services.sesv2.model.EventDestinationDefinition;
import software.amazon.awssdk.services.sesv2.model.GetAccountRequest;
import software.amazon.awssdk.services.sesv2.model.GetAccountResponse;
import software.amazon.awssdk.services.sesv2.model.GetConfigurationSetEventDestinationsRequest;
import software.amazon.awssdk.services.sesv2.model.GetConfigurationSetEventDestinationsResponse;
import software.amazon.awssdk.services.sesv2.model.GetEmailIdentityRequest;
import software.amazon.awssdk.services.sesv2.model.GetEmailIdentityResponse;
import software.amazon.awssdk.services.sesv2.model.GetEmailTemplateRequest;
import software.amazon.awssdk.services.sesv2.model.GetEmailTemplateResponse;
import software.amazon.awssdk.services.sesv2.model.IdentityInfo;
import software.amazon.awssdk.services.sesv2.model.IdentityType;
import software.amazon.awssdk.services.sesv2.model.ListConfigurationSetsRequest;
import software.amazon.awssdk.services.sesv2.model.ListConfigurationSetsResponse;
import software.amazon.awssdk.services.sesv2.model.ListEmailIdentitiesRequest;
import software.amazon.awssdk.services.sesv2.model.ListEmailIdentitiesResponse;
import software.amazon.awssdk.services.sesv2.model.Message;
import software.amazon.awssdk.services.sesv2.model.MessageTag;
import software.amazon.awssdk.services.sesv2.model.SendEmailRequest;
import software.amazon.awssdk.services.sesv2.model.SendEmailResponse;
import software.amazon.awssdk.services.sesv2.model.UpdateConfigurationSetEventDestinationRequest;
import software.amazon.awssdk.services.sesv2.model.UpdateConfigurationSetEventDestinationResponse;
import software.amazon.awssdk.services.sesv2.model.UpdateEmailTemplateRequest;
import software.amazon.awssdk.services.sesv2.model.UpdateEmailTemplateResponse;

/** The operations of SES version 2. */
final class SesV2 {
    private static final String SET = "/v2/email/configuration-sets/{ConfigurationSetName}";

    private final Outbox outbox;
    private final RestOperations operations;

    SesV2(Outbox outbox) {
        this.outbox = outbox;
        this.operations = new RestOperations("ses")
                .on("POST", "/v2/email/outbound-emails", SendEmailRequest::builder, this::send)
                .on("GET", "/v2/email/account", GetAccountRequest::builder, this::account)
                .on("POST", "/v2/email/identities", CreateEmailIdentityRequest::builder, this::createIdentity)
                .on("GET", "/v2/email/identities", ListEmailIdentitiesRequest::builder, this::listIdentities)
                .on("GET", "/v2/email/identities/{EmailIdentity}", GetEmailIdentityRequest::builder, this::getIdentity)
                .on(
                        "DELETE",
                        "/v2/email/identities/{EmailIdentity}",
                        DeleteEmailIdentityRequest::builder,
                        this::deleteIdentity)
                .on("POST", "/v2/email/configuration-sets", CreateConfigurationSetRequest::builder, this::createSet)
                .on("GET", "/v2/email/configuration-sets", ListConfigurationSetsRequest::builder, this::listSets)
                .on("DELETE", SET, DeleteConfigurationSetRequest::builder, this::deleteSet)
                .on(
                        "POST",
                        SET + "/event-destinations",
                        CreateConfigurationSetEventDestinationRequest::builder,
                        this::createDestination)
                .on(
                        "PUT",
                        SET + "/event-destinations/{EventDestinationName}",
                        UpdateConfigurationSetEventDestinationRequest::builder,
                        this::updateDestination)
                .on(
                        "GET",
                        SET + "/event-destinations",
                        GetConfigurationSetEventDestinationsRequest::builder,
                        this::destinations)
                .on("POST", "/v2/email/templates", CreateEmailTemplateRequest::builder, this::createTemplate)
                .on(
                        "PUT",
                        "/v2/email/templates/{TemplateName}",
                        UpdateEmailTemplateRequest::builder,
                        this::updateTemplate)
                .on("GET", "/v2/email/templates/{TemplateName}", GetEmailTemplateRequest::builder, this::getTemplate)
                .on(
                        "DELETE",
                        "/v2/email/templates/{TemplateName}",
                        DeleteEmailTemplateRequest::builder,
                        this::deleteTemplate);
    }

    RestOperations operations() {
        return operations;
    }

    private SendEmailResponse send(SendEmailRequest request, Request http) {
        if (request.content() == null) {
            throw badRequest("Content must not be null");
        }
        Content content = content(request, http);
        Destination to = request.destination() == null ? Destination.builder().build() : request.destination();
        boolean isRaw = request.content().raw() != null;
        String from = request.fromEmailAddress() == null ? content.from() : request.fromEmailAddress();
        Map<String, String> tags = request.emailTags().stream()
                .collect(Collectors.toMap(MessageTag::name, MessageTag::value, (first, second) -> second));
        List<String> recipients = isRaw && to.toAddresses().isEmpty() ? content.to() : to.toAddresses();
        String id = outbox.send(
                new Outbox.Draft(
                        from,
                        recipients,
                        to.ccAddresses(),
                        to.bccAddresses(),
                        content.subject(),
                        content.text(),
                        content.html(),
                        tags,
                        text(request.configurationSetName())),
                http.region());
        return SendEmailResponse.builder().messageId(id).build();
    }

    private record Content(String from, List<String> to, String subject, String text, String html) {}

    private Content content(SendEmailRequest request, Request http) {
        if (request.content().raw() != null) {
            Mime mime = Mime.parse(request.content().raw().data().asByteArray());
            return new Content(
                    mime.headers().getOrDefault("From", ""),
                    addresses(mime.headers().getOrDefault("To", "")),
                    mime.headers().getOrDefault("Subject", ""),
                    mime.text(),
                    mime.html());
        }
        if (request.content().template() != null) {
            var chosen = request.content().template();
            MailTemplate template = chosen.templateContent() == null
                    ? template(http, text(chosen.templateName()))
                    : new MailTemplate(
                            text(chosen.templateContent().subject()),
                            text(chosen.templateContent().text()),
                            text(chosen.templateContent().html()));
            MailTemplate rendered = template.render(chosen.templateData() == null ? "{}" : chosen.templateData());
            return new Content("", List.of(), rendered.subject(), rendered.text(), rendered.html());
        }
        Message simple = request.content().simple();
        if (simple == null || simple.subject() == null || simple.body() == null) {
            throw badRequest("Content must be one of Simple (with Subject and Body), Raw and Template");
        }
        return new Content(
                "",
                List.of(),
                text(simple.subject().data()),
                simple.body().text() == null ? "" : text(simple.body().text().data()),
                simple.body().html() == null ? "" : text(simple.body().html().data()));
    }

    static List<String> addresses(String header) {
        return header.isBlank() ? List.of() : List.of(header.split("\\s*,\\s*(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)"));
    }

    private GetAccountResponse account(GetAccountRequest request, Request http) {
        return GetAccountResponse.builder()
                .productionAccessEnabled(true)
                .sendingEnabled(true)
                .enforcementStatus("HEALTHY")
                .sendQuota(
                        quota -> quota.max24HourSend(50_000d).maxSendRate(14d).sentLast24Hours(0d))
                .build();
    }

    private CreateEmailIdentityResponse createIdentity(CreateEmailIdentityRequest request, Request http) {
        String identity = text(request.emailIdentity());
        if (identity.isBlank()) {
            throw badRequest("EmailIdentity must be an email address or a domain");
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
            throw notFound("Email identity " + request.emailIdentity() + " does not exist.");
        }
        return GetEmailIdentityResponse.builder()
                .identityType(type(request.emailIdentity()))
                .verifiedForSendingStatus(true)
                .verificationStatus("SUCCESS")
                .build();
    }

    private DeleteEmailIdentityResponse deleteIdentity(DeleteEmailIdentityRequest request, Request http) {
        if (!outbox.account(http.region()).identities.remove(request.emailIdentity())) {
            throw notFound("Email identity " + request.emailIdentity() + " does not exist.");
        }
        return DeleteEmailIdentityResponse.builder().build();
    }

    private CreateConfigurationSetResponse createSet(CreateConfigurationSetRequest request, Request http) {
        if (!outbox.account(http.region()).addConfigurationSet(text(request.configurationSetName()))) {
            throw new AwsError(
                    400,
                    "AlreadyExistsException",
                    "Configuration set <" + request.configurationSetName() + "> already exists.");
        }
        return CreateConfigurationSetResponse.builder().build();
    }

    private ListConfigurationSetsResponse listSets(ListConfigurationSetsRequest request, Request http) {
        return ListConfigurationSetsResponse.builder()
                .configurationSets(
                        outbox.account(http.region()).configurationSets.keySet())
                .build();
    }

    private DeleteConfigurationSetResponse deleteSet(DeleteConfigurationSetRequest request, Request http) {
        destinationsOf(request.configurationSetName(), http);
        outbox.account(http.region()).configurationSets.remove(request.configurationSetName());
        return DeleteConfigurationSetResponse.builder().build();
    }

    private CreateConfigurationSetEventDestinationResponse createDestination(
            CreateConfigurationSetEventDestinationRequest request, Request http) {
        var destinations = destinationsOf(request.configurationSetName(), http);
        String name = text(request.eventDestinationName());
        if (destinations.putIfAbsent(name, destination(name, request.eventDestination())) != null) {
            throw new AwsError(400, "AlreadyExistsException", "Event destination <" + name + "> already exists.");
        }
        return CreateConfigurationSetEventDestinationResponse.builder().build();
    }

    private UpdateConfigurationSetEventDestinationResponse updateDestination(
            UpdateConfigurationSetEventDestinationRequest request, Request http) {
        var destinations = destinationsOf(request.configurationSetName(), http);
        String name = text(request.eventDestinationName());
        if (destinations.replace(name, destination(name, request.eventDestination())) == null) {
            throw notFound("Event destination <" + name + "> does not exist.");
        }
        return UpdateConfigurationSetEventDestinationResponse.builder().build();
    }

    private static EventDestination destination(String name, @Nullable EventDestinationDefinition definition) {
        if (definition == null || definition.matchingEventTypes().isEmpty()) {
            throw badRequest("EventDestination must have at least one of MatchingEventTypes");
        }
        if (definition.snsDestination() == null && definition.eventBridgeDestination() == null) {
            throw AwsError.notSimulated("ses", "event destinations other than SNS and EventBridge");
        }
        return EventDestination.builder()
                .name(name)
                .enabled(definition.enabled() == null || definition.enabled())
                .matchingEventTypes(definition.matchingEventTypes())
                .snsDestination(definition.snsDestination())
                .eventBridgeDestination(definition.eventBridgeDestination())
                .build();
    }

    private GetConfigurationSetEventDestinationsResponse destinations(
            GetConfigurationSetEventDestinationsRequest request, Request http) {
        return GetConfigurationSetEventDestinationsResponse.builder()
                .eventDestinations(
                        destinationsOf(request.configurationSetName(), http).values())
                .build();
    }

    private Map<String, EventDestination> destinationsOf(String set, Request http) {
        Map<String, EventDestination> destinations =
                outbox.account(http.region()).configurationSets.get(set);
        if (destinations == null) {
            throw notFound("Configuration set <" + set + "> does not exist.");
        }
        return destinations;
    }

    private CreateEmailTemplateResponse createTemplate(CreateEmailTemplateRequest request, Request http) {
        var templates = outbox.account(http.region()).templates;
        if (templates.putIfAbsent(text(request.templateName()), template(request.templateContent())) != null) {
            throw new AwsError(400, "AlreadyExistsException", "Template " + request.templateName() + " already exists");
        }
        return CreateEmailTemplateResponse.builder().build();
    }

    private UpdateEmailTemplateResponse updateTemplate(UpdateEmailTemplateRequest request, Request http) {
        template(http, request.templateName());
        outbox.account(http.region()).templates.put(request.templateName(), template(request.templateContent()));
        return UpdateEmailTemplateResponse.builder().build();
    }

    private static MailTemplate template(@Nullable EmailTemplateContent content) {
        if (content == null) {
            throw badRequest("TemplateContent must not be null");
        }
        return new MailTemplate(text(content.subject()), text(content.text()), text(content.html()));
    }

    private MailTemplate template(Request http, String name) {
        MailTemplate template = outbox.account(http.region()).templates.get(name);
        if (template == null) {
            throw notFound("Template " + name + " does not exist");
        }
        return template;
    }

    private GetEmailTemplateResponse getTemplate(GetEmailTemplateRequest request, Request http) {
        MailTemplate template = template(http, request.templateName());
        return GetEmailTemplateResponse.builder()
                .templateName(request.templateName())
                .templateContent(content -> content.subject(template.subject())
                        .text(template.text())
                        .html(template.html()))
                .build();
    }

    private DeleteEmailTemplateResponse deleteTemplate(DeleteEmailTemplateRequest request, Request http) {
        template(http, request.templateName());
        outbox.account(http.region()).templates.remove(request.templateName());
        return DeleteEmailTemplateResponse.builder().build();
    }

    private static AwsError badRequest(String message) {
        return new AwsError(400, "BadRequestException", message);
    }

    private static AwsError notFound(String message) {
        return new AwsError(404, "NotFoundException", message);
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
