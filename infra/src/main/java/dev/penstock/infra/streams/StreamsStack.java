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
import software.amazon.awscdk.Duration;
import software.constructs.Construct;

/** One function and one event source mapping for each consumer of the catalog, derived projectors included. */
public final class StreamsStack extends StageStack {

    /** One full core (AWS: Configure Lambda function memory). */
    private static final int ONE_CORE = 1769;

    /**
     * Defines the consumers of a region.
     *
     * @param streamArn the stream of a table in this region, for the stack that reads it
     */
    public StreamsStack(
            Construct scope,
            Settings settings,
            String region,
            List<Consumer> consumers,
            BiFunction<StageStack, String, String> streamArn,
            Optional<String> keyArn) {
        super(scope, "Streams", settings, region, "The functions that read the tables' streams");
        var access = new ConsumerAccess(
                settings,
                region,
                keyArn,
                name -> arn("dynamodb", "table", name),
                arn("ses", "identity", settings.mailFrom()),
                arn("ses", "configuration-set", EmailStack.configurationSet(settings)));
        var handlers = new ArrayList<StreamHandler>();
        for (Consumer consumer : consumers) {
            String stream = streamArn.apply(this, consumer.source());
            var handler = new StreamHandler(
                    this,
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
        ConsumersDashboard.define(this, settings, handlers);
    }
}
