package dev.penstock.infra.email;

import dev.penstock.infra.alarms.AlarmTopic;
import dev.penstock.infra.functions.Access;
import dev.penstock.infra.functions.JavaFunction;
import dev.penstock.infra.settings.Settings;
import dev.penstock.infra.settings.StageStack;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Environment;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.welcome.SendEventHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.cloudwatch.Stats;
import software.amazon.awscdk.services.events.EventBus;
import software.amazon.awscdk.services.events.EventPattern;
import software.amazon.awscdk.services.events.Rule;
import software.amazon.awscdk.services.events.targets.LambdaFunction;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.ses.ConfigurationSet;
import software.amazon.awscdk.services.ses.ConfigurationSetEventDestination;
import software.amazon.awscdk.services.ses.ConfigurationSetTlsPolicy;
import software.amazon.awscdk.services.ses.EmailIdentity;
import software.amazon.awscdk.services.ses.EmailSendingEvent;
import software.amazon.awscdk.services.ses.EventDestination;
import software.amazon.awscdk.services.ses.Identity;
import software.amazon.awscdk.services.ses.SuppressionReasons;
import software.amazon.awscdk.services.sqs.Queue;
import software.amazon.awscdk.services.sqs.QueueEncryption;
import software.constructs.Construct;

/** Who mails come from, and the events that tell what became of each: sent, bounced, complained about. */
public final class EmailStack extends StageStack {

    public EmailStack(Construct scope, Settings settings, String region, Catalog catalog, Optional<String> keyArn) {
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
        ConfigurationSetEventDestination.Builder.create(this, "Destination")
                .configurationSet(configurationSet)
                .destination(EventDestination.eventBus(EventBus.fromEventBusName(this, "Default", "default")))
                .events(List.of(EmailSendingEvent.SEND, EmailSendingEvent.BOUNCE, EmailSendingEvent.COMPLAINT))
                .build();
        var confirm = new JavaFunction(
                this,
                "MailEvents",
                settings,
                new JavaFunction.Props(
                        SendEventHandler.class,
                        "Marks the claims of mails that were sent",
                        1024,
                        Duration.seconds(30),
                        environment(),
                        access(catalog, keyArn)));
        deliver(confirm);
        new AlarmTopic(this, settings)
                .alarm(
                        "ConfirmationsFail",
                        confirm.function()
                                .metricErrors(MetricOptions.builder()
                                        .period(Duration.minutes(5))
                                        .statistic(Stats.SUM)
                                        .build()),
                        0,
                        3,
                        "Mails are sent and not confirmed: OPERATIONS.md, mail in doubt");
    }

    /** Events that can't be delivered for a day are kept for a person; until then EventBridge tries again. */
    private void deliver(JavaFunction confirm) {
        var undelivered = Queue.Builder.create(this, "Undelivered")
                .queueName(settings().name("undelivered-mail-events"))
                .encryption(QueueEncryption.SQS_MANAGED)
                .enforceSsl(true)
                .retentionPeriod(Duration.days(14))
                .build();
        Rule.Builder.create(this, "Sent")
                .ruleName(settings().prefix() + "mail-sent")
                .description("SES has sent a mail through the configuration set")
                .eventPattern(EventPattern.builder()
                        .source(List.of("aws.ses"))
                        .detailType(List.of("Email Sent"))
                        .detail(Map.of(
                                "mail",
                                Map.of("tags", Map.of("ses:configuration-set", List.of(configurationSet(settings()))))))
                        .build())
                .targets(List.of(LambdaFunction.Builder.create(confirm.alias())
                        .deadLetterQueue(undelivered)
                        .maxEventAge(Duration.hours(24))
                        .retryAttempts(185)
                        .build()))
                .build();
    }

    private SortedMap<String, String> environment() {
        var environment = new TreeMap<String, String>();
        environment.put(Environment.TABLE_PREFIX, settings().name(""));
        return environment;
    }

    private List<PolicyStatement> access(Catalog catalog, Optional<String> keyArn) {
        var access = new ArrayList<PolicyStatement>();
        access.add(Access.writeItems(catalog.allTables().stream()
                .filter(table -> table.role() == Table.Role.CLAIMS)
                .map(table -> arn("dynamodb", "table", settings().name(table.name())))
                .toList()));
        keyArn.ifPresent(key -> access.add(Access.useKey(key, "dynamodb", getRegion())));
        return access;
    }

    /** The name of the configuration set, through which all mails are sent. */
    public static String configurationSet(Settings settings) {
        return settings.prefix() + "mails";
    }
}
