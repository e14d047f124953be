package dev.penstock.infra.email;

import dev.penstock.infra.settings.Settings;
import dev.penstock.infra.settings.StageStack;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.ses.ConfigurationSet;
import software.amazon.awscdk.services.ses.ConfigurationSetEventDestination;
import software.amazon.awscdk.services.ses.ConfigurationSetTlsPolicy;
import software.amazon.awscdk.services.ses.EmailIdentity;
import software.amazon.awscdk.services.ses.EmailSendingEvent;
import software.amazon.awscdk.services.ses.EventDestination;
import software.amazon.awscdk.services.ses.Identity;
import software.amazon.awscdk.services.ses.SuppressionReasons;
import software.amazon.awscdk.services.sns.Topic;
import software.constructs.Construct;

/** Who mails come from, and the events that tell what became of each: sent, bounced, complained about. */
public final class EmailStack extends StageStack {

    public EmailStack(Construct scope, Settings settings, String region, Optional<Key> topicKey) {
        super(scope, "Email", settings, region, "The sending identity and what becomes of each mail");
        var configurationSet = ConfigurationSet.Builder.create(this, "Mails")
                .configurationSetName(configurationSet(settings))
                .tlsPolicy(ConfigurationSetTlsPolicy.REQUIRE)
                .reputationMetrics(true)
                .suppressionReasons(SuppressionReasons.BOUNCES_AND_COMPLAINTS)
                .build();
        EmailIdentity.Builder.create(this, "Sender")
                .identity(Identity.email(settings.mailFrom()))
                .configurationSet(configurationSet)
                .build();
        var events = Topic.Builder.create(this, "Events")
                .topicName(settings.prefix() + "mail-events")
                .displayName("What became of Penstock's mails")
                .enforceSsl(true)
                .masterKey(topicKey.orElse(null))
                .build();
        events.addToResourcePolicy(PolicyStatement.Builder.create()
                .sid("SesPublishesEvents")
                .principals(List.of(new ServicePrincipal("ses.amazonaws.com")))
                .actions(List.of("sns:Publish"))
                .resources(List.of(events.getTopicArn()))
                .conditions(Map.of("StringEquals", Map.of("aws:SourceAccount", settings.account())))
                .build());
        ConfigurationSetEventDestination.Builder.create(this, "Destination")
                .configurationSet(configurationSet)
                .destination(EventDestination.snsTopic(events))
                .events(List.of(EmailSendingEvent.SEND, EmailSendingEvent.BOUNCE, EmailSendingEvent.COMPLAINT))
                .build();
    }

    /** The name of the configuration set, through which all mails are sent. */
    public static String configurationSet(Settings settings) {
        return settings.prefix() + "mails";
    }
}
