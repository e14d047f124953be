package dev.penstock.lambdas.welcome;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import dev.penstock.lambdas.catalog.Consumer;
import dev.penstock.lambdas.catalog.Environment;
import dev.penstock.lambdas.diversion.Batch;
import dev.penstock.lambdas.diversion.Diversion;
import dev.penstock.lambdas.diversion.FailureBucket;
import dev.penstock.lambdas.priming.Priming;
import dev.penstock.lambdas.projection.PoisonException;
import dev.penstock.lambdas.stream.ItemChange;
import dev.penstock.lambdas.tables.TableNames;
import dev.penstock.lambdas.telemetry.Telemetry;
import dev.penstock.lambdas.telemetry.Telemetry.Metric;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.warmup.SdkWarmUp;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sesv2.SesV2Client;

/** Writes one mail to each new customer. Redelivery never mails twice; what is in doubt is reported, not guessed. */
public final class WelcomeEmailHandler implements RequestHandler<DynamodbEvent, StreamsEventResponse> {
    private final Claims claims;
    private final Mailer mailer;
    private final Pace pace;
    private final ActiveWindows active;
    private final Diversion diversion;
    private final Telemetry telemetry;

    /** Held here, because who calls it holds it weakly; none in tests. */
    @SuppressWarnings("unused") // kept alive, not read
    private @Nullable Priming priming;

    /** Lambda's door. */
    public WelcomeEmailHandler() {
        this(Environment.ofProcess());
    }

    private WelcomeEmailHandler(Environment environment) {
        this(environment, environment.optional(Environment.CONSUMER, "WelcomeEmail"));
    }

    private WelcomeEmailHandler(Environment environment, String consumer) {
        this(environment, consumer, Telemetry.ofProcess(consumer));
    }

    private WelcomeEmailHandler(Environment environment, String consumer, Telemetry telemetry) {
        this(
                new Claims(
                        DynamoDbClient.builder()
                                .httpClientBuilder(UrlConnectionHttpClient.builder())
                                .build(),
                        TableNames.of(environment).physical(Consumer.claimsName(consumer)),
                        consumer,
                        InstantSource.system()),
                SesMailer.of(environment, consumer),
                Pace.perSecond(Double.parseDouble(environment.optional(Environment.MAIL_RATE, "1"))),
                ActiveWindows.of(environment),
                new FailureBucket(environment, telemetry),
                telemetry);
        priming =
                Priming.before(environment, () -> SdkWarmUp.warmUp(DynamoDbClient.class, SesV2Client.class), telemetry);
    }

    WelcomeEmailHandler(
            Claims claims, Mailer mailer, Pace pace, ActiveWindows active, Diversion diversion, Telemetry telemetry) {
        this.claims = claims;
        this.mailer = mailer;
        this.pace = pace;
        this.active = active;
        this.diversion = diversion;
        this.telemetry = telemetry;
    }

    @Override
    public StreamsEventResponse handleRequest(DynamodbEvent event, Context context) {
        Batch batch = Batch.read(event.getRecords(), diversion);
        Map<Metric, Integer> counts = new EnumMap<>(Metric.class);
        counts.put(Metric.Records, batch.changes().size());
        for (ItemChange change : batch.changes()) {
            try {
                Optional<Decision.Customer> customer = Decision.of(change, active);
                if (customer.isPresent() && !welcome(customer.get(), change, batch, counts)) {
                    batch.failed(change.sequenceNumber());
                    counts.put(Metric.Transient, 1);
                    break;
                }
            } catch (PoisonException poison) {
                batch.divert(change, String.valueOf(poison.getMessage()));
            }
        }
        telemetry.count(counts);
        return batch.response();
    }

    /** False when the mail was surely not sent and is to be tried again. */
    private boolean welcome(Decision.Customer customer, ItemChange change, Batch batch, Map<Metric, Integer> counts) {
        String key = claims.key(customer.id());
        Optional<Claims.Claim> held = claims.claim(key);
        if (held.isPresent()) {
            if (held.get().state() == Claims.State.CLAIMED) {
                counts.merge(Metric.MailsUnconfirmed, 1, Integer::sum);
                telemetry.warn("claimed before and not confirmed; it may have been sent", fields(change, key));
            }
            return true;
        }
        pace.await();
        switch (mailer.send(customer, Message.to(customer), key)) {
            case Mailer.Sent.Accepted accepted -> {
                claims.mark(key, Claims.State.ACCEPTED, accepted.messageId());
                counts.merge(Metric.MailsSent, 1, Integer::sum);
                telemetry.info("sent", fields(change, key));
                return true;
            }
            case Mailer.Sent.NotNow notNow -> {
                claims.release(key);
                telemetry.warn("not sent, will be tried again: " + notNow.reason(), fields(change, key));
                return false;
            }
            case Mailer.Sent.Never never -> {
                claims.mark(key, Claims.State.REFUSED, "");
                batch.divert(change, "SES refuses the mail: " + never.reason());
                return true;
            }
            case Mailer.Sent.Unknown unknown -> {
                counts.merge(Metric.MailsUnconfirmed, 1, Integer::sum);
                telemetry.warn("no clear answer, it may have been sent: " + unknown.reason(), fields(change, key));
                return true;
            }
        }
    }

    private static Map<String, String> fields(ItemChange change, String claim) {
        return Map.of("eventId", change.eventId(), "claim", claim);
    }
}
