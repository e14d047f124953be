package dev.penstock.infra.streams;

import dev.penstock.infra.functions.JavaFunction;
import dev.penstock.infra.settings.Settings;
import dev.penstock.lambdas.catalog.BatchSettings;
import dev.penstock.lambdas.catalog.Consumer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import software.amazon.awscdk.services.lambda.CfnEventSourceMapping;
import software.constructs.Construct;

/**
 * A consumer of the catalog: its function, and the event source mapping with every setting written out, because what is
 * left out retries for ever, from nowhere in particular, in silence.
 */
final class StreamHandler extends Construct {

    private final Consumer consumer;
    private final JavaFunction function;
    private final CfnEventSourceMapping mapping;

    /**
     * @param streamArn of the source table, in this region
     * @param failures ARN of the bucket that failed records go to; the object holds the whole records, so that it can
     *     be replayed after the stream has forgotten them
     */
    StreamHandler(
            Construct scope,
            Settings settings,
            Consumer consumer,
            String streamArn,
            String failures,
            JavaFunction.Props props) {
        super(scope, consumer.name());
        this.consumer = consumer;
        function = new JavaFunction(this, consumer.name(), settings, props);
        mapping = mapping(streamArn, failures);
    }

    Consumer consumer() {
        return consumer;
    }

    JavaFunction function() {
        return function;
    }

    /** The id that Lambda gives the mapping, a dimension of its metrics. */
    String mappingId() {
        return mapping.getRef();
    }

    private CfnEventSourceMapping mapping(String streamArn, String failures) {
        BatchSettings batch = consumer.batch();
        var builder = CfnEventSourceMapping.Builder.create(this, "Mapping")
                // The alias: SnapStart works on published versions only.
                .functionName(function.alias().getFunctionArn())
                .eventSourceArn(streamArn)
                .enabled(true)
                .startingPosition(batch.startingPosition().name())
                .batchSize(batch.batchSize())
                .maximumBatchingWindowInSeconds(batch.window().toSeconds())
                .parallelizationFactor(batch.parallelization())
                .maximumRetryAttempts(batch.maxRetryAttempts())
                .maximumRecordAgeInSeconds(Optional.ofNullable(batch.maxRecordAge())
                        .map(Duration::toSeconds)
                        .orElse(-1L))
                .bisectBatchOnFunctionError(batch.bisect())
                .functionResponseTypes(List.of("ReportBatchItemFailures"))
                .tumblingWindowInSeconds(batch.tumblingWindow().toSeconds())
                .destinationConfig(CfnEventSourceMapping.DestinationConfigProperty.builder()
                        .onFailure(CfnEventSourceMapping.OnFailureProperty.builder()
                                .destination(failures)
                                .build())
                        .build())
                .metricsConfig(CfnEventSourceMapping.MetricsConfigProperty.builder()
                        .metrics(List.of("EventCount"))
                        .build());
        if (!consumer.filters().isEmpty()) {
            builder.filterCriteria(CfnEventSourceMapping.FilterCriteriaProperty.builder()
                    .filters(consumer.filters().stream()
                            .map(pattern -> CfnEventSourceMapping.FilterProperty.builder()
                                    .pattern(pattern)
                                    .build())
                            .toList())
                    .build());
        }
        return builder.build();
    }
}
