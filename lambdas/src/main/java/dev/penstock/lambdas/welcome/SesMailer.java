package dev.penstock.lambdas.welcome;

import dev.penstock.lambdas.catalog.Environment;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.services.sesv2.model.BadRequestException;
import software.amazon.awssdk.services.sesv2.model.MessageRejectedException;
import software.amazon.awssdk.services.sesv2.model.MessageTag;
import software.amazon.awssdk.services.sesv2.model.SendEmailRequest;
import software.amazon.awssdk.services.sesv2.model.SesV2Exception;

/** Amazon SES, API v2. */
final class SesMailer implements Mailer {
    private final SesV2Client ses;
    private final String sender;
    private final String configurationSet;
    private final String consumer;

    SesMailer(SesV2Client ses, String sender, String configurationSet, String consumer) {
        this.ses = ses;
        this.sender = sender;
        this.configurationSet = configurationSet;
        this.consumer = consumer;
    }

    /** With a client that never retries by itself: a repeated SendEmail is a second mail. */
    static SesMailer of(Environment environment, String consumer) {
        return new SesMailer(
                SesV2Client.builder()
                        .httpClientBuilder(UrlConnectionHttpClient.builder())
                        .overrideConfiguration(override -> override.retryStrategy(DefaultRetryStrategy.doNotRetry()))
                        .build(),
                environment.required(Environment.SENDER),
                environment.required(Environment.CONFIGURATION_SET),
                consumer);
    }

    @Override
    public Sent send(Decision.Customer customer, Message message, String claim) {
        try {
            return new Sent.Accepted(
                    ses.sendEmail(request(customer, message, claim)).messageId());
        } catch (MessageRejectedException | BadRequestException refused) {
            return new Sent.Never(reason(refused));
        } catch (SesV2Exception answered) {
            return answered.statusCode() < 500 ? new Sent.NotNow(reason(answered)) : new Sent.Unknown(reason(answered));
        } catch (SdkException unanswered) {
            return new Sent.Unknown(String.valueOf(unanswered.getMessage()));
        }
    }

    private SendEmailRequest request(Decision.Customer customer, Message message, String claim) {
        return SendEmailRequest.builder()
                .fromEmailAddress(sender)
                .destination(to -> to.toAddresses(customer.email()))
                .content(content -> content.simple(simple -> simple.subject(
                                subject -> subject.data(message.subject()).charset("UTF-8"))
                        .body(body -> body.text(
                                        text -> text.data(message.text()).charset("UTF-8"))
                                .html(html -> html.data(message.html()).charset("UTF-8")))))
                .configurationSetName(configurationSet)
                .emailTags(tag(SendEvents.CLAIM_TAG, claim), tag(SendEvents.CONSUMER_TAG, consumer))
                .build();
    }

    private static MessageTag tag(String name, String value) {
        return MessageTag.builder().name(name).value(value).build();
    }

    private static String reason(SesV2Exception failure) {
        var details = failure.awsErrorDetails();
        return details == null
                ? String.valueOf(failure.getMessage())
                : details.errorCode() + ": " + details.errorMessage();
    }
}
