package dev.penstock.infra.alarms;

import dev.penstock.infra.settings.Settings;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.ComparisonOperator;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.amazon.awscdk.services.cloudwatch.actions.SnsAction;
import software.amazon.awscdk.services.sns.ITopic;
import software.amazon.awscdk.services.sns.Topic;
import software.constructs.Construct;

/** Defines alarms that are delivered to the region's topic, found by its name. */
public final class AlarmTopic {

    private final Construct scope;
    private final ITopic topic;

    /** The alarms will be children of {@code scope}. */
    public AlarmTopic(Construct scope, Settings settings) {
        this.scope = scope;
        String region = Stack.of(scope).getRegion();
        topic = Topic.fromTopicArn(
                scope,
                "AlarmTopic",
                "arn:aws:sns:%s:%s:%s".formatted(region, settings.account(), AlarmsStack.topicName(settings)));
    }

    /**
     * An alarm for a metric above a limit. No data is no alarm: nothing happened.
     *
     * @param periods in how many periods in a row
     * @param description what happened and where to read what to do
     */
    public Alarm alarm(String id, IMetric metric, Number above, Number periods, String description) {
        return deliver(Alarm.Builder.create(scope, id)
                .metric(metric)
                .threshold(above)
                .comparisonOperator(ComparisonOperator.GREATER_THAN_THRESHOLD)
                .evaluationPeriods(periods)
                .treatMissingData(TreatMissingData.NOT_BREACHING)
                .alarmDescription(description)
                .build());
    }

    /** Publishes an alarm to the topic when it goes off. */
    public Alarm deliver(Alarm alarm) {
        alarm.addAlarmAction(new SnsAction(topic));
        return alarm;
    }

    /** The topic itself, for rules that publish events. */
    public ITopic topic() {
        return topic;
    }
}
