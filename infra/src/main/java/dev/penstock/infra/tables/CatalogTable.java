package dev.penstock.infra.tables;

import dev.penstock.infra.backup.BackupTag;
import dev.penstock.infra.settings.Settings;
import dev.penstock.lambdas.catalog.Attribute;
import dev.penstock.lambdas.catalog.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.CfnTag;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.dynamodb.AttributeType;
import software.amazon.awscdk.services.dynamodb.Billing;
import software.amazon.awscdk.services.dynamodb.ContributorInsightsMode;
import software.amazon.awscdk.services.dynamodb.ContributorInsightsSpecification;
import software.amazon.awscdk.services.dynamodb.MaxThroughputProps;
import software.amazon.awscdk.services.dynamodb.MultiRegionConsistency;
import software.amazon.awscdk.services.dynamodb.PointInTimeRecoverySpecification;
import software.amazon.awscdk.services.dynamodb.ReplicaTableProps;
import software.amazon.awscdk.services.dynamodb.StreamViewType;
import software.amazon.awscdk.services.dynamodb.TableEncryptionV2;
import software.amazon.awscdk.services.dynamodb.TableV2;
import software.amazon.awscdk.services.iam.AnyPrincipal;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.PolicyDocument;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.constructs.Construct;

/** One table as the catalog declares it; each replica has the same protection as the primary. */
public final class CatalogTable {

    private final Settings settings;
    private final Table declared;
    private final TableV2 table;

    CatalogTable(Construct scope, Settings settings, Table declared, Encryption encryption) {
        this(scope, settings, declared, encryption.of(declared), Optional.empty());
    }

    /**
     * Defines the table.
     *
     * @param policy who of other accounts may use it; default: nobody
     */
    public CatalogTable(
            Construct scope,
            Settings settings,
            Table declared,
            TableEncryptionV2 encryption,
            Optional<PolicyDocument> policy) {
        this.settings = settings;
        this.declared = declared;
        var builder = TableV2.Builder.create(scope, declared.name())
                .tableName(settings.name(declared.name()))
                .partitionKey(attribute(declared.partitionKey()))
                .timeToLiveAttribute(declared.ttlAttribute())
                .dynamoStream(streamView())
                .billing(Billing.onDemand(MaxThroughputProps.builder()
                        .maxReadRequestUnits(declared.maxReadUnits())
                        .maxWriteRequestUnits(declared.maxWriteUnits())
                        .build()))
                .pointInTimeRecoverySpecification(recovery())
                .contributorInsightsSpecification(throttledKeys())
                .deletionProtection(settings.keepsData())
                .removalPolicy(settings.keepsData() ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY)
                .encryption(encryption)
                .tags(tags());
        PolicyDocument admitted = policy.orElseGet(PolicyDocument::new);
        admitted.addStatements(encryptedInTransit());
        builder.resourcePolicy(admitted);
        Optional.ofNullable(declared.sortKey()).ifPresent(key -> builder.sortKey(attribute(key)));
        List<String> replicas = declared.isGlobal() ? settings.replicaRegions() : List.of();
        if (!replicas.isEmpty()) {
            builder.replicas(replicas.stream().map(this::replica).toList());
            if (declared.replicas() == Table.Replicas.STRONG) {
                builder.multiRegionConsistency(MultiRegionConsistency.STRONG);
                if (!settings.witnessRegion().isEmpty()) {
                    builder.witnessRegion(settings.witnessRegion());
                }
            }
        }
        table = builder.build();
    }

    TableV2 table() {
        return table;
    }

    private static software.amazon.awscdk.services.dynamodb.Attribute attribute(Attribute key) {
        return software.amazon.awscdk.services.dynamodb.Attribute.builder()
                .name(key.name())
                .type(
                        switch (key.type()) {
                            case S -> AttributeType.STRING;
                            case N -> AttributeType.NUMBER;
                            case B -> AttributeType.BINARY;
                        })
                .build();
    }

    private ReplicaTableProps replica(String region) {
        return ReplicaTableProps.builder()
                .region(region)
                .maxReadRequestUnits(declared.maxReadUnits())
                .pointInTimeRecoverySpecification(recovery())
                .contributorInsightsSpecification(throttledKeys())
                .deletionProtection(settings.keepsData())
                .resourcePolicy(PolicyDocument.Builder.create()
                        .statements(List.of(encryptedInTransit()))
                        .build())
                .tags(tags())
                .build();
    }

    /** CloudFormation does not copy the policy of a table to its replicas, so each has one of its own. */
    private static PolicyStatement encryptedInTransit() {
        PolicyStatement statement = PolicyStatement.Builder.create()
                .sid("EncryptedInTransit")
                .effect(Effect.DENY)
                .principals(List.of(new AnyPrincipal()))
                .actions(List.of("dynamodb:*"))
                // In the policy of a table this is the table: its ARN would make the table depend on itself.
                .resources(List.of("*"))
                .build();
        statement.addCondition("Bool", Map.of("aws:SecureTransport", "false"));
        return statement;
    }

    private @Nullable StreamViewType streamView() {
        return switch (declared.stream()) {
            case NONE -> null;
            case KEYS_ONLY -> StreamViewType.KEYS_ONLY;
            case NEW_IMAGE -> StreamViewType.NEW_IMAGE;
            case OLD_IMAGE -> StreamViewType.OLD_IMAGE;
            case NEW_AND_OLD_IMAGES -> StreamViewType.NEW_AND_OLD_IMAGES;
        };
    }

    private PointInTimeRecoverySpecification recovery() {
        return PointInTimeRecoverySpecification.builder()
                .pointInTimeRecoveryEnabled(true)
                .recoveryPeriodInDays(declared.recoveryDays())
                .build();
    }

    private static ContributorInsightsSpecification throttledKeys() {
        return ContributorInsightsSpecification.builder()
                .enabled(true)
                .mode(ContributorInsightsMode.THROTTLED_KEYS)
                .build();
    }

    private List<CfnTag> tags() {
        var tags = new ArrayList<CfnTag>();
        tags.add(tag("penstock:stage", settings.stage().text()));
        tags.add(tag("penstock:table", declared.name()));
        if (declared.backup() != Table.BackupClass.NONE) {
            tags.add(tag(BackupTag.KEY, BackupTag.value(settings, declared.backup())));
        }
        return tags;
    }

    private static CfnTag tag(String key, String value) {
        return CfnTag.builder().key(key).value(value).build();
    }
}
