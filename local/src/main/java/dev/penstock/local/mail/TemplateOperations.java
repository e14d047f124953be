package dev.penstock.local.mail;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.wire.RestOperations;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sesv2.model.CreateEmailTemplateRequest;
import software.amazon.awssdk.services.sesv2.model.CreateEmailTemplateResponse;
import software.amazon.awssdk.services.sesv2.model.DeleteEmailTemplateRequest;
import software.amazon.awssdk.services.sesv2.model.DeleteEmailTemplateResponse;
import software.amazon.awssdk.services.sesv2.model.EmailTemplateContent;
import software.amazon.awssdk.services.sesv2.model.GetEmailTemplateRequest;
import software.amazon.awssdk.services.sesv2.model.GetEmailTemplateResponse;
import software.amazon.awssdk.services.sesv2.model.UpdateEmailTemplateRequest;
import software.amazon.awssdk.services.sesv2.model.UpdateEmailTemplateResponse;

/** Templates of mails. */
final class TemplateOperations {
    private static final String TEMPLATES = "/v2/email/templates";
    private static final String TEMPLATE = TEMPLATES + "/{TemplateName}";

    private final Outbox outbox;

    TemplateOperations(Outbox outbox) {
        this.outbox = outbox;
    }

    void addTo(RestOperations operations) {
        operations
                .on("POST", TEMPLATES, CreateEmailTemplateRequest::builder, this::createTemplate)
                .on("PUT", TEMPLATE, UpdateEmailTemplateRequest::builder, this::updateTemplate)
                .on("GET", TEMPLATE, GetEmailTemplateRequest::builder, this::getTemplate)
                .on("DELETE", TEMPLATE, DeleteEmailTemplateRequest::builder, this::deleteTemplate);
    }

    private CreateEmailTemplateResponse createTemplate(CreateEmailTemplateRequest request, Request http) {
        var templates = outbox.account(http.region()).templates;
        if (templates.putIfAbsent(SesV2.text(request.templateName()), template(request.templateContent())) != null) {
            throw new AwsError(400, "AlreadyExistsException", "Template " + request.templateName() + " already exists");
        }
        return CreateEmailTemplateResponse.builder().build();
    }

    private UpdateEmailTemplateResponse updateTemplate(UpdateEmailTemplateRequest request, Request http) {
        template(outbox, http, request.templateName());
        outbox.account(http.region()).templates.put(request.templateName(), template(request.templateContent()));
        return UpdateEmailTemplateResponse.builder().build();
    }

    private static MailTemplate template(@Nullable EmailTemplateContent content) {
        if (content == null) {
            throw SesV2.badRequest("TemplateContent must not be null");
        }
        return new MailTemplate(SesV2.text(content.subject()), SesV2.text(content.text()), SesV2.text(content.html()));
    }

    /** @throws AwsError 404 NotFoundException */
    static MailTemplate template(Outbox outbox, Request http, String name) {
        MailTemplate template = outbox.account(http.region()).templates.get(name);
        if (template == null) {
            throw SesV2.notFound("Template " + name + " does not exist");
        }
        return template;
    }

    private GetEmailTemplateResponse getTemplate(GetEmailTemplateRequest request, Request http) {
        MailTemplate template = template(outbox, http, request.templateName());
        return GetEmailTemplateResponse.builder()
                .templateName(request.templateName())
                .templateContent(content -> content.subject(template.subject())
                        .text(template.text())
                        .html(template.html()))
                .build();
    }

    private DeleteEmailTemplateResponse deleteTemplate(DeleteEmailTemplateRequest request, Request http) {
        template(outbox, http, request.templateName());
        outbox.account(http.region()).templates.remove(request.templateName());
        return DeleteEmailTemplateResponse.builder().build();
    }
}
