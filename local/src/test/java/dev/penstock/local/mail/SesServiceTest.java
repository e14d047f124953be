package dev.penstock.local.mail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.local.runtime.ServicesUnderTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.ses.SesClient;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.services.sesv2.model.AlreadyExistsException;
import software.amazon.awssdk.services.sesv2.model.EventType;
import software.amazon.awssdk.services.sesv2.model.MessageRejectedException;
import software.amazon.awssdk.services.sesv2.model.MessageTag;
import software.amazon.awssdk.services.sesv2.model.NotFoundException;
import software.amazon.awssdk.services.sesv2.model.SendEmailRequest;
import software.amazon.awssdk.services.sesv2.model.SesV2Exception;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

class SesServiceTest {
    private final ServicesUnderTest services = new ServicesUnderTest();
    private final SesV2Client ses = services.client(SesV2Client.class);

    @BeforeEach
    void verify() {
        ses.createEmailIdentity(r -> r.emailIdentity("example.com"));
    }

    @AfterEach
    void close() {
        services.close();
    }

    @Test
    void capturesMailsOfVersionTwo() {
        String id = ses.sendEmail(mail().build()).messageId();
        Mail mail = services.services().mails().all().getFirst();
        assertEquals(id, mail.id());
        assertEquals("shop@example.com", mail.from());
        assertEquals(List.of("ada@example.org"), mail.to());
        assertEquals("Welcome", mail.subject());
        assertEquals("Hello Ada", mail.text());
        assertEquals("<p>Hello Ada</p>", mail.html());
        assertEquals("2026-06-01T12:00:00Z", mail.time());
    }

    @Test
    void capturesMailsOfVersionOne() {
        SesClient v1 = services.client(SesClient.class);
        v1.sendEmail(r -> r.source("Shop <shop@example.com>")
                .destination(d -> d.toAddresses("a@example.org", "b@example.org"))
                .message(m -> m.subject(s -> s.data("Hi & <you>")).body(b -> b.text(t -> t.data("ünïcode")))));
        assertEquals(List.of("example.com"), v1.listIdentities().identities());
        Mail mail = services.services().mails().all().getFirst();
        assertEquals(List.of("a@example.org", "b@example.org"), mail.to());
        assertEquals("Hi & <you>", mail.subject());
        assertEquals("ünïcode", mail.text());
    }

    @Test
    void readsRawMails() {
        String raw = """
                From: =?utf-8?Q?M=C3=BCller?= <shop@example.com>
                To: ada@example.org,
                 "Byron, Lord" <b@example.org>
                Subject: =?UTF-8?B?R3LDvMOfZQ==?=
                Content-Type: multipart/alternative; boundary="x y"

                preamble
                --x y
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: quoted-printable

                Gr=C3=BC=
                =C3=9Fe
                --x y
                Content-Type: text/html
                Content-Transfer-Encoding: base64

                PHA+SGk8L3A+
                --x y--
                """.replace("\n", "\r\n");
        services.client(SesClient.class).sendRawEmail(r -> r.rawMessage(m -> m.data(SdkBytes.fromUtf8String(raw))));
        Mail mail = services.services().mails().all().getFirst();
        assertEquals("Müller <shop@example.com>", mail.from());
        assertEquals(List.of("ada@example.org", "\"Byron, Lord\" <b@example.org>"), mail.to());
        assertEquals("Grüße", mail.subject());
        assertEquals("Grüße", mail.text());
        assertEquals("<p>Hi</p>", mail.html());
    }

    @Test
    void fillsTemplatesIn() {
        ses.createEmailTemplate(r -> r.templateName("hi")
                .templateContent(
                        c -> c.subject("Hi {{name}}").text("{{ order.id }}").html("<b>{{name}}</b>")));
        ses.sendEmail(r -> r.fromEmailAddress("shop@example.com")
                .destination(d -> d.toAddresses("a@example.org"))
                .content(c ->
                        c.template(t -> t.templateName("hi").templateData("{\"name\":\"Ada\",\"order\":{\"id\":7}}"))));
        Mail mail = services.services().mails().all().getFirst();
        assertEquals("Hi Ada|7|<b>Ada</b>", mail.subject() + "|" + mail.text() + "|" + mail.html());
        assertThrows(
                SesV2Exception.class,
                () -> ses.sendEmail(r -> r.fromEmailAddress("shop@example.com")
                        .destination(d -> d.toAddresses("a@example.org"))
                        .content(c -> c.template(t -> t.templateName("hi").templateData("{}")))));
    }

    @Test
    void publishesEventsToTheTopicOfTheConfigurationSet() throws Exception {
        String url = listen("Send", EventType.SEND, EventType.BOUNCE);
        ses.sendEmail(mail().configurationSetName("Send")
                .emailTags(MessageTag.builder().name("claim").value("c1").build())
                .build());
        JsonNode event = receive(url);
        assertEquals("Send", event.path("eventType").asText());
        assertEquals(
                services.services().mails().all().getFirst().id(),
                event.at("/mail/messageId").asText());
        assertEquals("c1", event.at("/mail/tags/claim/0").asText());
        assertEquals("Send", event.at("/mail/tags/ses:configuration-set/0").asText());
        assertTrue(event.path("send").isObject());
    }

    @Test
    void bouncesForTheMailboxSimulator() throws Exception {
        String url = listen("Send", EventType.BOUNCE, EventType.DELIVERY);
        ses.sendEmail(mail().configurationSetName("Send")
                .destination(d -> d.toAddresses("bounce@simulator.amazonses.com"))
                .build());
        JsonNode event = receive(url);
        assertEquals("Bounce", event.path("eventType").asText());
        assertEquals(
                "bounce@simulator.amazonses.com",
                event.at("/bounce/bouncedRecipients/0/emailAddress").asText());
    }

    private String listen(String set, EventType... types) {
        String topic = services.client(SnsClient.class)
                .createTopic(r -> r.name("mails"))
                .topicArn();
        String url = services.client(SqsClient.class)
                .createQueue(r -> r.queueName("events"))
                .queueUrl();
        services.client(SnsClient.class)
                .subscribe(r -> r.topicArn(topic)
                        .protocol("sqs")
                        .endpoint("arn:aws:sqs:us-east-1:000000000000:events")
                        .attributes(Map.of("RawMessageDelivery", "true")));
        ses.createConfigurationSet(r -> r.configurationSetName(set));
        ses.createConfigurationSetEventDestination(r -> r.configurationSetName(set)
                .eventDestinationName("topic")
                .eventDestination(
                        d -> d.enabled(true).matchingEventTypes(types).snsDestination(s -> s.topicArn(topic))));
        return url;
    }

    private JsonNode receive(String url) throws Exception {
        var messages = services.client(SqsClient.class)
                .receiveMessage(r -> r.queueUrl(url).waitTimeSeconds(20))
                .messages();
        return new ObjectMapper().readTree(messages.getFirst().body());
    }

    @Test
    void refusesWhatSesRefuses() {
        assertThrows(
                MessageRejectedException.class,
                () -> ses.sendEmail(mail().fromEmailAddress("x@elsewhere.org").build()));
        assertThrows(
                NotFoundException.class,
                () -> ses.sendEmail(mail().configurationSetName("nothing").build()));
        assertThrows(AlreadyExistsException.class, () -> ses.createEmailIdentity(r -> r.emailIdentity("example.com")));
        assertEquals(
                400,
                assertThrows(
                                SesV2Exception.class,
                                () -> ses.sendEmail(mail().destination(d -> {}).build()))
                        .statusCode());
        assertEquals(
                501,
                assertThrows(SesV2Exception.class, () -> ses.listSuppressedDestinations(r -> {}))
                        .statusCode());
        assertTrue(services.services().mails().all().isEmpty());
    }

    @Test
    void keepsMailsAcrossRestarts(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("data/mail.jsonl");
        MailBox box = MailBox.open(file);
        Mail mail = new Mail(
                "1", "us-east-1", "a@b.c", List.of("d@e.f"), List.of(), List.of(), "s", "t", "", "2026", Map.of(), "");
        box.add(mail);
        Files.write(file, "{\"id\":\"2\",\"cut o".getBytes(UTF_8), StandardOpenOption.APPEND);
        assertEquals(List.of(mail), MailBox.open(file).all());
        assertEquals(1, Files.readAllLines(file).size());
    }

    private static SendEmailRequest.Builder mail() {
        return SendEmailRequest.builder()
                .fromEmailAddress("shop@example.com")
                .destination(d -> d.toAddresses("ada@example.org"))
                .content(c -> c.simple(m -> m.subject(s -> s.data("Welcome"))
                        .body(b -> b.text(t -> t.data("Hello Ada")).html(h -> h.data("<p>Hello Ada</p>")))));
    }
}
