package dev.penstock.infra.streams;

import dev.penstock.infra.settings.Settings;
import dev.penstock.infra.settings.StageStack;
import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.catalog.Consumer;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import software.constructs.Construct;

/**
 * One function and one event source mapping for each consumer of the catalog, derived projectors included; and what folds
 * the rows of windowed aggregates.
 */
public final class StreamsStack extends StageStack {

    /**
     * Defines the consumers of a region.
     *
     * @param windowed the aggregates that count by shard here
     * @param streamArn the stream of a table in this region, for the stack that reads it
     * @param keyArn the ARN of the data key in a region
     */
    public StreamsStack(
            Construct scope,
            Settings settings,
            String region,
            List<Consumer> consumers,
            List<Aggregate> windowed,
            BiFunction<StageStack, String, String> streamArn,
            Optional<UnaryOperator<String>> keyArn) {
        super(scope, "Streams", settings, region, "The functions that read the tables' streams");
        Consumers.define(this, settings, region, consumers, streamArn, keyArn, "consumers");
        Folding.define(this, settings, region, windowed, keyArn);
    }
}
