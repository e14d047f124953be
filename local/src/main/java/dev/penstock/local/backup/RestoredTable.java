package dev.penstock.local.backup;

import dev.penstock.local.dynamodb.TableDescriptions;
import dev.penstock.local.gateway.AwsError;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.LocalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.LocalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.OnDemandThroughput;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughput;
import software.amazon.awssdk.services.dynamodb.model.SSESpecification;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/**
 * How a restored table is declared: keys, indexes, capacity and encryption of its source, changed by the overrides of
 * the request. Stream, TTL, tags, point-in-time recovery, deletion protection, resource policy and table class are
 * dropped, as AWS drops them (Developer Guide, "Restoring a table", and live answers).
 */
final class RestoredTable {
    private static final OnDemandThroughput NO_LIMIT =
            OnDemandThroughput.builder().build();

    private RestoredTable() {}

    /**
     * What a request changes; {@code null} keeps the source's.
     *
     * @param globalIndexes an empty list drops all; new ones can't be added
     */
    record Overrides(
            @Nullable BillingMode billingMode,
            @Nullable ProvisionedThroughput throughput,
            @Nullable OnDemandThroughput onDemand,
            @Nullable SSESpecification encryption,
            @Nullable List<GlobalSecondaryIndex> globalIndexes,
            @Nullable List<LocalSecondaryIndex> localIndexes) {

        static Overrides encryption(SSESpecification encryption) {
            return new Overrides(null, null, null, encryption, null, null);
        }
    }

    /**
     * Declares the table.
     *
     * @param region where it is made
     * @throws AwsError ValidationException when an override names an index that the source lacks
     */
    static TableDescription of(TableDescription source, Overrides overrides, String region) {
        List<GlobalSecondaryIndexDescription> global = kept(
                source.globalSecondaryIndexes(),
                GlobalSecondaryIndexDescription::indexName,
                overrides.globalIndexes(),
                GlobalSecondaryIndex::indexName);
        List<LocalSecondaryIndexDescription> local = kept(
                source.localSecondaryIndexes(),
                LocalSecondaryIndexDescription::indexName,
                overrides.localIndexes(),
                LocalSecondaryIndex::indexName);
        Set<String> keys = new HashSet<>();
        addNames(keys, source.keySchema());
        global.forEach(index -> addNames(keys, index.keySchema()));
        local.forEach(index -> addNames(keys, index.keySchema()));
        TableDescription.Builder restored = TableDescription.builder()
                .keySchema(source.keySchema())
                .attributeDefinitions(source.attributeDefinitions().stream()
                        .filter(attribute -> keys.contains(attribute.attributeName()))
                        .toList())
                .billingModeSummary(source.billingModeSummary())
                .provisionedThroughput(source.provisionedThroughput())
                .onDemandThroughput(source.onDemandThroughput())
                .sseDescription(source.sseDescription());
        if (!global.isEmpty()) {
            restored.globalSecondaryIndexes(global);
        }
        if (!local.isEmpty()) {
            restored.localSecondaryIndexes(local);
        }
        bill(restored, overrides);
        // One that gives no limit changes nothing.
        if (overrides.onDemand() != null && !overrides.onDemand().equals(NO_LIMIT)) {
            restored.onDemandThroughput(overrides.onDemand());
        }
        if (overrides.encryption() != null) {
            restored.sseDescription(TableDescriptions.sse(overrides.encryption(), region));
        }
        return restored.build();
    }

    private static void bill(TableDescription.Builder restored, Overrides overrides) {
        if (overrides.billingMode() != null) {
            restored.billingModeSummary(summary -> summary.billingMode(overrides.billingMode()));
            if (overrides.billingMode() == BillingMode.PROVISIONED && overrides.throughput() == null) {
                throw AwsError.validation(
                        "ProvisionedThroughputOverride must be given when BillingModeOverride is PROVISIONED");
            }
        }
        ProvisionedThroughput throughput = overrides.throughput();
        if (throughput != null) {
            restored.provisionedThroughput(capacity -> capacity.readCapacityUnits(throughput.readCapacityUnits())
                    .writeCapacityUnits(throughput.writeCapacityUnits())
                    .numberOfDecreasesToday(0L));
        }
    }

    private static void addNames(Set<String> names, List<KeySchemaElement> keys) {
        keys.forEach(key -> names.add(key.attributeName()));
    }

    private static <D, I> List<D> kept(
            List<D> source, Function<D, String> name, @Nullable List<I> override, Function<I, String> asked) {
        if (override == null) {
            return source;
        }
        Map<String, D> byName = new TreeMap<>();
        source.forEach(index -> byName.put(name.apply(index), index));
        return override.stream()
                .map(asked)
                .map(index -> {
                    D known = byName.get(index);
                    if (known == null) {
                        throw AwsError.validation("One or more parameter values were invalid: index " + index
                                + " is not one of the source table's " + byName.keySet()
                                + "; a restore can drop indexes, not add them");
                    }
                    return known;
                })
                .toList();
    }
}
