package dev.penstock.local.sources;

import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.EventSourceMappingConfiguration;
import software.amazon.awssdk.services.lambda.model.EventSourceMappingMetric;
import software.amazon.awssdk.services.lambda.model.EventSourcePosition;
import software.amazon.awssdk.services.lambda.model.Filter;
import software.amazon.awssdk.services.lambda.model.FunctionResponseType;

/**
 * The settings of a mapping with Lambda's defaults filled in (AWS docs: "DynamoDB parameters for event source
 * mappings").
 *
 * @param batchSize 1 to 10,000 records; default 100
 * @param maximumBatchingWindowInSeconds 0 to 300; default 0, which invokes as soon as there is a record
 * @param startingPosition TRIM_HORIZON or LATEST; a stream has no AT_TIMESTAMP
 * @param parallelizationFactor 1 to 10 batches of one shard at a time; default 1
 * @param maximumRetryAttempts 0 to 10,000, or -1 for as long as the records live; default -1
 * @param maximumRecordAgeInSeconds 60 to 604,800, or -1 for none; default -1
 * @param tumblingWindowInSeconds 1 to 900, or 0 for none; needs a parallelization factor of 1
 * @param filterPatterns records that match any of them are kept; empty keeps all
 * @param onFailureDestination ARN of an SQS queue, an SNS topic or an S3 bucket
 * @param countsEvents whether event counts are recorded as metrics of the mapping
 */
public record MappingSettings(
        String uuid,
        String functionArn,
        String streamArn,
        int batchSize,
        int maximumBatchingWindowInSeconds,
        EventSourcePosition startingPosition,
        int parallelizationFactor,
        int maximumRetryAttempts,
        int maximumRecordAgeInSeconds,
        boolean bisectBatchOnFunctionError,
        boolean reportBatchItemFailures,
        int tumblingWindowInSeconds,
        List<String> filterPatterns,
        @Nullable String onFailureDestination,
        boolean countsEvents) {
    private static final Pattern DESTINATION = Pattern.compile("arn:[a-z-]+:(sqs|sns|s3):.+");

    /** @throws IllegalArgumentException for a value out of range or settings that exclude each other */
    public MappingSettings {
        filterPatterns = List.copyOf(filterPatterns);
        check("BatchSize", batchSize, 1, 10_000);
        check("MaximumBatchingWindowInSeconds", maximumBatchingWindowInSeconds, 0, 300);
        check("ParallelizationFactor", parallelizationFactor, 1, 10);
        check("MaximumRetryAttempts", maximumRetryAttempts, -1, 10_000);
        if (maximumRecordAgeInSeconds != -1) {
            check("MaximumRecordAgeInSeconds", maximumRecordAgeInSeconds, 60, 604_800);
        }
        check("TumblingWindowInSeconds", tumblingWindowInSeconds, 0, 900);
        if (tumblingWindowInSeconds > 0 && parallelizationFactor > 1) {
            throw new IllegalArgumentException(
                    "A ParallelizationFactor above 1 cannot be used with TumblingWindowInSeconds; given: "
                            + parallelizationFactor);
        }
        if (startingPosition != EventSourcePosition.TRIM_HORIZON && startingPosition != EventSourcePosition.LATEST) {
            throw new IllegalArgumentException(
                    "StartingPosition must be TRIM_HORIZON or LATEST for a DynamoDB stream; given: "
                            + startingPosition);
        }
        if (onFailureDestination != null
                && (!DESTINATION.matcher(onFailureDestination).matches() || onFailureDestination.endsWith(".fifo"))) {
            throw new IllegalArgumentException("An on-failure destination must be the ARN of a standard SQS queue, a"
                    + " standard SNS topic or an S3 bucket (Kafka is not simulated); given: " + onFailureDestination);
        }
    }

    /** Reads the settings of Lambda's own description of a mapping; what is absent gets its default. */
    public static MappingSettings of(EventSourceMappingConfiguration mapping) {
        return new MappingSettings(
                mapping.uuid(),
                mapping.functionArn(),
                mapping.eventSourceArn(),
                or(mapping.batchSize(), 100),
                or(mapping.maximumBatchingWindowInSeconds(), 0),
                mapping.startingPosition() == null ? EventSourcePosition.TRIM_HORIZON : mapping.startingPosition(),
                or(mapping.parallelizationFactor(), 1),
                or(mapping.maximumRetryAttempts(), -1),
                or(mapping.maximumRecordAgeInSeconds(), -1),
                Boolean.TRUE.equals(mapping.bisectBatchOnFunctionError()),
                mapping.functionResponseTypes().contains(FunctionResponseType.REPORT_BATCH_ITEM_FAILURES),
                or(mapping.tumblingWindowInSeconds(), 0),
                mapping.filterCriteria() == null
                        ? List.of()
                        : mapping.filterCriteria().filters().stream()
                                .map(Filter::pattern)
                                .map(pattern -> Objects.requireNonNullElse(pattern, "{}"))
                                .toList(),
                mapping.destinationConfig() == null
                                || mapping.destinationConfig().onFailure() == null
                        ? null
                        : mapping.destinationConfig().onFailure().destination(),
                mapping.metricsConfig() != null
                        && mapping.metricsConfig().metrics().contains(EventSourceMappingMetric.EVENT_COUNT));
    }

    /** The function's name without account, region and qualifier. */
    public String functionName() {
        String[] parts = functionArn.split(":", -1);
        return parts.length > 6 ? parts[6] : functionArn;
    }

    /** The stream's region. */
    public String region() {
        return streamArn.split(":", -1)[3];
    }

    private static int or(@Nullable Integer value, int otherwise) {
        return value == null ? otherwise : value;
    }

    private static void check(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    name + " must be between " + least + " and " + most + "; given: " + value);
        }
    }
}
