package dev.penstock.infra.streams;

import dev.penstock.infra.buckets.BucketsStack;
import dev.penstock.infra.email.EmailStack;
import dev.penstock.infra.functions.JavaFunction;
import dev.penstock.infra.settings.Settings;
import dev.penstock.infra.settings.StageStack;
import dev.penstock.lambdas.catalog.Consumer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import software.amazon.awscdk.Duration;

/** Consumers of a region with their alarms, and a dashboard over them. */
public final class Consumers {

    /** One full core (AWS: Configure Lambda function memory). */
    private static final int ONE_CORE = 1769;

    private Consumers() {}

    /**
     * Defines a function and an event source mapping for each.
     *
     * @param streamArn the stream of a table in this region, for the stack that reads it
     * @param keyArn the ARN of the data key in a region
     * @param dashboard last part of the dashboard's name
     */
    public static void define(
            StageStack stack,
            Settings settings,
            String region,
            List<Consumer> consumers,
            BiFunction<StageStack, String, String> streamArn,
            Optional<UnaryOperator<String>> keyArn,
            String dashboard) {
        var access = new ConsumerAccess(
                settings,
                region,
                keyArn,
                name -> stack.arn("dynamodb", "table", name),
                stack.arn("ses", "identity", settings.mailFrom()),
                stack.arn("ses", "configuration-set", EmailStack.configurationSet(settings)));
        var handlers = new ArrayList<StreamHandler>();
        for (Consumer consumer : consumers) {
            String stream = streamArn.apply(stack, consumer.source());
            var handler = new StreamHandler(
                    stack,
                    settings,
                    consumer,
                    stream,
                    "arn:aws:s3:::" + BucketsStack.failures(settings, region),
                    new JavaFunction.Props(
                            consumer.handler(),
                            "Reads the stream of table " + consumer.source(),
                            ONE_CORE,
                            Duration.minutes(2),
                            ConsumerEnvironment.of(consumer, settings, region),
                            access.of(consumer, stream)));
            ConsumerAlarms.of(handler, settings);
            handlers.add(handler);
        }
        ConsumersDashboard.define(stack, settings, handlers, dashboard);
    }
}
