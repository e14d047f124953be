package dev.penstock.it;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Assumptions;
import software.amazon.awssdk.services.ses.SesClient;
import software.amazon.awssdk.services.ses.model.MessageRejectedException;
import software.amazon.awssdk.services.sesv2.SesV2Client;

/** SES in both versions. */
class MailIT {
    private static final String FROM = "shop@example.com";

    @Scenario
    void versionOneSendsFromAVerifiedAddressOnly(Cloud cloud) {
        var ses = cloud.clients().of(SesClient.class);
        ses.verifyEmailIdentity(verify -> verify.emailAddress(FROM));
        String id = ses.sendEmail(send -> send.source(FROM)
                        .destination(to -> to.toAddresses("ada@example.com"))
                        .message(message -> message.subject(subject -> subject.data("Hello"))
                                .body(body -> body.text(text -> text.data("Dear Ada")))))
                .messageId();
        assertFalse(id.isEmpty());
        assertThrows(
                MessageRejectedException.class,
                () -> ses.sendEmail(send -> send.source("nobody@example.org")
                        .destination(to -> to.toAddresses("ada@example.com"))
                        .message(message -> message.subject(subject -> subject.data("Hello"))
                                .body(body -> body.text(text -> text.data("Dear Ada"))))));
    }

    @Scenario
    void versionTwoSends(Cloud cloud) {
        Assumptions.assumeTrue(
                cloud.isLocal(), "SES version 2 is not in the LocalStack that needs no token: not tried");
        var ses = cloud.clients().of(SesV2Client.class);
        ses.createEmailIdentity(create -> create.emailIdentity("v2@example.com"));
        String id = ses.sendEmail(send -> send.fromEmailAddress("v2@example.com")
                        .destination(to -> to.toAddresses("ada@example.com"))
                        .content(content -> content.simple(message -> message.subject(subject -> subject.data("Hello"))
                                .body(body -> body.text(text -> text.data("Dear Ada"))))))
                .messageId();
        assertFalse(id.isEmpty());
    }
}
