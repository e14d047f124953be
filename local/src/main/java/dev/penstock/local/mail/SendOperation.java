package dev.penstock.local.mail;

import dev.penstock.local.gateway.Request;
import dev.penstock.local.wire.RestOperations;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.sesv2.model.Destination;
import software.amazon.awssdk.services.sesv2.model.Message;
import software.amazon.awssdk.services.sesv2.model.MessageTag;
import software.amazon.awssdk.services.sesv2.model.SendEmailRequest;
import software.amazon.awssdk.services.sesv2.model.SendEmailResponse;

/** SendEmail, with content of any of its three kinds: simple, raw MIME, or a template with its data. */
final class SendOperation {
    private final Outbox outbox;

    SendOperation(Outbox outbox) {
        this.outbox = outbox;
    }

    void addTo(RestOperations operations) {
        operations.on("POST", "/v2/email/outbound-emails", SendEmailRequest::builder, this::send);
    }

    private SendEmailResponse send(SendEmailRequest request, Request http) {
        if (request.content() == null) {
            throw SesV2.badRequest("Content must not be null");
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
                        SesV2.text(request.configurationSetName())),
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
                    ? TemplateOperations.template(outbox, http, SesV2.text(chosen.templateName()))
                    : new MailTemplate(
                            SesV2.text(chosen.templateContent().subject()),
                            SesV2.text(chosen.templateContent().text()),
                            SesV2.text(chosen.templateContent().html()));
            MailTemplate rendered = template.render(chosen.templateData() == null ? "{}" : chosen.templateData());
            return new Content("", List.of(), rendered.subject(), rendered.text(), rendered.html());
        }
        Message simple = request.content().simple();
        if (simple == null || simple.subject() == null || simple.body() == null) {
            throw SesV2.badRequest("Content must be one of Simple (with Subject and Body), Raw and Template");
        }
        return new Content(
                "",
                List.of(),
                SesV2.text(simple.subject().data()),
                simple.body().text() == null
                        ? ""
                        : SesV2.text(simple.body().text().data()),
                simple.body().html() == null
                        ? ""
                        : SesV2.text(simple.body().html().data()));
    }

    static List<String> addresses(String header) {
        return header.isBlank() ? List.of() : List.of(header.split("\\s*,\\s*(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)"));
    }
}
