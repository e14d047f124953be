package dev.penstock.local.sources;

import dev.penstock.local.gateway.AwsError;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingRequest;
import software.amazon.awssdk.services.lambda.model.DestinationConfig;
import software.amazon.awssdk.services.lambda.model.EventSourceMappingConfiguration;
import software.amazon.awssdk.services.lambda.model.FilterCriteria;
import software.amazon.awssdk.services.lambda.model.OnFailure;
import software.amazon.awssdk.services.lambda.model.UpdateEventSourceMappingRequest;

/**
 * The event source mappings of one region: makes, changes and runs them. The answers and errors are those of recorded
 * AWS answers; the changes of state that take AWS minutes are done when the call returns. Threadsafe.
 */
public final class EventSourceMappings implements AutoCloseable {
    /** How long a change waits for invocations under way before it interrupts them, to be repeated. */
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final Ports ports;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /** A mapping and, while it is enabled, what runs it. */
    private record Entry(
            EventSourceMappingConfiguration configuration,
            @Nullable Mapping mapping,
            @Nullable MappingThreads threads) {
        EventSourceMappingConfiguration described() {
            return mapping == null
                    ? configuration
                    : configuration.toBuilder()
                            .lastProcessingResult(mapping.lastResult())
                            .build();
        }
    }

    public EventSourceMappings(Ports ports) {
        this.ports = ports;
    }

    /**
     * Makes a mapping and starts it, unless it is asked for disabled.
     *
     * <p>Its UUID follows from stream and function, so a mapping that is made again after a restart finds its
     * checkpoints.
     *
     * @param functionArn with the qualifier, if any
     * @throws AwsError ResourceConflictException (409) when there is one of this stream and function,
     *     InvalidParameterValueException (400) for an unknown stream or a value out of range
     */
    public synchronized EventSourceMappingConfiguration create(
            CreateEventSourceMappingRequest request, String functionArn) {
        String streamArn = request.eventSourceArn();
        if (streamArn == null || ports.stream(streamArn).isEmpty()) {
            throw invalid("Stream not found: " + streamArn);
        }
        String uuid = UUID.nameUUIDFromBytes((streamArn + " " + functionArn).getBytes(StandardCharsets.UTF_8))
                .toString();
        if (entries.containsKey(uuid)) {
            throw new AwsError(
                    409,
                    "ResourceConflictException",
                    "The event source arn (\" " + streamArn + " \") and function (\" "
                            + functionArn.split(":", -1)[6]
                            + " \") provided mapping already exists. Please update or delete the existing mapping with"
                            + " UUID " + uuid,
                    Map.of("Type", "User"));
        }
        if (request.startingPosition() == null) {
            throw invalid("1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint:"
                    + " Member must not be null.");
        }
        EventSourceMappingConfiguration mapping = EventSourceMappingConfiguration.builder()
                .uuid(uuid)
                .eventSourceMappingArn(arn(functionArn, uuid))
                .eventSourceArn(streamArn)
                .functionArn(functionArn)
                .startingPosition(request.startingPosition())
                .batchSize(or(request.batchSize(), 100))
                .maximumBatchingWindowInSeconds(or(request.maximumBatchingWindowInSeconds(), 0))
                .parallelizationFactor(or(request.parallelizationFactor(), 1))
                .maximumRetryAttempts(or(request.maximumRetryAttempts(), -1))
                .maximumRecordAgeInSeconds(or(request.maximumRecordAgeInSeconds(), -1))
                .bisectBatchOnFunctionError(Boolean.TRUE.equals(request.bisectBatchOnFunctionError()))
                .tumblingWindowInSeconds(or(request.tumblingWindowInSeconds(), 0))
                .functionResponseTypesWithStrings(List.copyOf(request.functionResponseTypesAsStrings()))
                .filterCriteria(filters(request.filterCriteria()))
                .destinationConfig(destination(request.destinationConfig()))
                .metricsConfig(request.metricsConfig())
                .lastModified(ports.clock().instant())
                .lastProcessingResult("No records processed")
                .state("Creating")
                .stateTransitionReason("User action")
                .build();
        run(mapping, !Boolean.FALSE.equals(request.enabled()));
        return mapping;
    }

    /** @throws AwsError ResourceNotFoundException (404) */
    public synchronized EventSourceMappingConfiguration get(String uuid) {
        return entry(uuid).described();
    }

    /** Those of one stream or of one function, or all. The order is that of their making. */
    public synchronized List<EventSourceMappingConfiguration> list(
            @Nullable String streamArn, @Nullable String functionArn) {
        return entries.values().stream()
                .map(Entry::described)
                .filter(each -> streamArn == null || each.eventSourceArn().equals(streamArn))
                .filter(each -> functionArn == null || each.functionArn().equals(functionArn))
                .toList();
    }

    /**
     * Changes settings, enables or disables; the mapping goes on where it stopped.
     *
     * @param functionArn the new function, {@code null} to keep it
     * @throws AwsError ResourceNotFoundException (404), InvalidParameterValueException (400)
     */
    public synchronized EventSourceMappingConfiguration update(
            UpdateEventSourceMappingRequest request, @Nullable String functionArn) throws InterruptedException {
        Entry before = entry(request.uuid());
        boolean wasEnabled = before.threads() != null;
        boolean enabled = or(request.enabled(), wasEnabled);
        EventSourceMappingConfiguration old = before.described();
        EventSourceMappingConfiguration changed = old.toBuilder()
                .functionArn(or(functionArn, old.functionArn()))
                .batchSize(or(request.batchSize(), old.batchSize()))
                .maximumBatchingWindowInSeconds(
                        or(request.maximumBatchingWindowInSeconds(), old.maximumBatchingWindowInSeconds()))
                .parallelizationFactor(or(request.parallelizationFactor(), old.parallelizationFactor()))
                .maximumRetryAttempts(or(request.maximumRetryAttempts(), old.maximumRetryAttempts()))
                .maximumRecordAgeInSeconds(or(request.maximumRecordAgeInSeconds(), old.maximumRecordAgeInSeconds()))
                .bisectBatchOnFunctionError(or(request.bisectBatchOnFunctionError(), old.bisectBatchOnFunctionError()))
                .tumblingWindowInSeconds(or(request.tumblingWindowInSeconds(), old.tumblingWindowInSeconds()))
                .functionResponseTypesWithStrings(
                        request.hasFunctionResponseTypes()
                                ? request.functionResponseTypesAsStrings()
                                : old.functionResponseTypesAsStrings())
                .filterCriteria(
                        request.filterCriteria() == null ? old.filterCriteria() : filters(request.filterCriteria()))
                .destinationConfig(
                        request.destinationConfig() == null
                                ? old.destinationConfig()
                                : destination(request.destinationConfig()))
                .metricsConfig(request.metricsConfig() == null ? old.metricsConfig() : request.metricsConfig())
                .lastModified(ports.clock().instant())
                .state(wasEnabled && !enabled ? "Disabling" : !wasEnabled && enabled ? "Enabling" : "Updating")
                .build();
        check(changed);
        stop(before);
        run(changed, enabled);
        return changed;
    }

    /** @throws AwsError ResourceNotFoundException (404) */
    public synchronized EventSourceMappingConfiguration delete(String uuid) throws InterruptedException {
        Entry entry = entry(uuid);
        stop(entry);
        entries.remove(uuid);
        ports.checkpoints().delete(uuid);
        return entry.described().toBuilder().state("Deleting").build();
    }

    /** Whether every enabled mapping is done with all that its stream holds now; windows that are open don't count. */
    public synchronized boolean areSettled() {
        return entries.values().stream()
                .allMatch(entry -> entry.mapping() == null || entry.mapping().isSettled());
    }

    /** Stops all mappings at once; what was under way is repeated when they are made again. */
    @Override
    public synchronized void close() {
        entries.values().forEach(entry -> {
            if (entry.threads() != null) {
                entry.threads().close();
            }
        });
        entries.clear();
    }

    private void run(EventSourceMappingConfiguration mapping, boolean enabled) {
        check(mapping);
        String uuid = mapping.uuid();
        if (!enabled) {
            Mapping.madeAt(MappingSettings.of(mapping), ports);
            entries.put(uuid, new Entry(mapping.toBuilder().state("Disabled").build(), null, null));
            return;
        }
        Mapping running = new Mapping(MappingSettings.of(mapping), ports, mapping.lastProcessingResult());
        entries.put(
                uuid,
                new Entry(mapping.toBuilder().state("Enabled").build(), running, new MappingThreads(running, ports)));
    }

    private static void check(EventSourceMappingConfiguration mapping) {
        try {
            var _ = new Filter(MappingSettings.of(mapping).filterPatterns());
        } catch (IllegalArgumentException e) {
            throw invalid(e.getMessage());
        }
    }

    private static void stop(Entry entry) throws InterruptedException {
        if (entry.threads() != null) {
            entry.threads().stop(GRACE);
        }
    }

    private Entry entry(String uuid) {
        Entry entry = entries.get(uuid);
        if (entry == null) {
            throw new AwsError(
                    404,
                    "ResourceNotFoundException",
                    "The resource you requested does not exist.",
                    Map.of("Type", "User"));
        }
        return entry;
    }

    private static String arn(String functionArn, String uuid) {
        List<String> parts = new ArrayList<>(List.of(functionArn.split(":", -1)).subList(0, 5));
        return String.join(":", parts) + ":event-source-mapping:" + uuid;
    }

    private static @Nullable FilterCriteria filters(@Nullable FilterCriteria given) {
        return given == null || given.filters().isEmpty() ? null : given;
    }

    /** Without a destination AWS answers {@code {"OnFailure":{}}}. */
    private static DestinationConfig destination(@Nullable DestinationConfig given) {
        return given == null || given.onFailure() == null
                ? DestinationConfig.builder()
                        .onFailure(OnFailure.builder().build())
                        .build()
                : given;
    }

    private static <T> T or(@Nullable T value, T otherwise) {
        return value == null ? otherwise : value;
    }

    private static AwsError invalid(@Nullable String message) {
        return new AwsError(400, "InvalidParameterValueException", String.valueOf(message), Map.of("Type", "User"));
    }
}
