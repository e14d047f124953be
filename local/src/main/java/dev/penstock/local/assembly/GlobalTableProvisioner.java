package dev.penstock.local.assembly;

import dev.penstock.local.assembly.Resource.Physical;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.LocalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.OnDemandThroughput;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryStatus;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughput;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.Tag;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;

/**
 * {@code AWS::DynamoDB::GlobalTable} and {@code Table}: keys, indexes, stream, TTL, recovery, replicas, limits, tags. What
 * exists is read and compared, and written only where it differs.
 */
final class GlobalTableProvisioner implements Provisioner {

    @Override
    public Physical provision(Resource resource, Target target) {
        var dynamoDb = target.client(DynamoDbClient.class, resource);
        var properties = resource.properties();
        var home = homeReplica(resource);
        String name = resource.name("TableName");
        var wanted = request(name, properties, home);
        var existing = find(dynamoDb, name);
        TableDescription table = existing.map(found -> new TableUpdate(dynamoDb, found, wanted).run())
                .orElseGet(() -> dynamoDb.createTable(wanted).tableDescription());
        if (existing.isPresent()) {
            updateTags(dynamoDb, table.tableArn(), wanted.tags());
        }
        var ttl = properties.object("TimeToLiveSpecification");
        if (existing.isPresent() || ttl.is("Enabled")) {
            updateTtl(dynamoDb, name, ttl);
        }
        var recovery = settings(properties, home, "PointInTimeRecoverySpecification");
        target.ifSimulated(resource.type() + ".PointInTimeRecoverySpecification", () -> {
            if (existing.isPresent()) {
                updateRecovery(dynamoDb, name, recovery);
            } else if (recovery.object("PointInTimeRecoverySpecification").is("PointInTimeRecoveryEnabled")) {
                setRecovery(dynamoDb, name, recovery);
            }
        });
        target.ifSimulated(
                resource.type() + ".Replicas",
                () -> new ReplicaSettings(dynamoDb, table, resource, target).provision());
        Map<String, String> attributes = new HashMap<>();
        attributes.put("Arn", table.tableArn());
        attributes.put("TableId", String.valueOf(table.tableId()));
        if (table.latestStreamArn() != null) {
            attributes.put("StreamArn", table.latestStreamArn());
        }
        return new Physical(name, attributes);
    }

    private static Optional<TableDescription> find(DynamoDbClient dynamoDb, String name) {
        try {
            return Optional.of(
                    dynamoDb.describeTable(request -> request.tableName(name)).table());
        } catch (ResourceNotFoundException e) {
            return Optional.empty();
        }
    }

    /** What makes the table; also what it is compared with when it exists. */
    private static CreateTableRequest request(String name, Properties table, Properties home) {
        var request = CreateTableRequest.builder()
                .tableName(name)
                .attributeDefinitions(table.objects("AttributeDefinitions").stream()
                        .map(GlobalTableProvisioner::attributeDefinition)
                        .toList())
                .keySchema(keySchema(table))
                .billingMode(BillingMode.fromValue(table.optional("BillingMode").orElse("PROVISIONED")))
                .deletionProtectionEnabled(
                        settings(table, home, "DeletionProtectionEnabled").is("DeletionProtectionEnabled"));
        if (table.optional("BillingMode").orElse("PROVISIONED").equals("PROVISIONED")) {
            request.provisionedThroughput(ProvisionedThroughput.builder()
                    .readCapacityUnits(table.object("ProvisionedThroughput")
                            .number("ReadCapacityUnits")
                            .orElse(5L))
                    .writeCapacityUnits(table.object("ProvisionedThroughput")
                            .number("WriteCapacityUnits")
                            .orElse(5L))
                    .build());
        }
        var globalIndexes = table.objects("GlobalSecondaryIndexes").stream()
                .map(index -> GlobalSecondaryIndex.builder()
                        .indexName(index.string("IndexName"))
                        .keySchema(keySchema(index))
                        .projection(projection(index))
                        .build())
                .toList();
        if (!globalIndexes.isEmpty()) {
            request.globalSecondaryIndexes(globalIndexes);
        }
        var localIndexes = table.objects("LocalSecondaryIndexes").stream()
                .map(index -> LocalSecondaryIndex.builder()
                        .indexName(index.string("IndexName"))
                        .keySchema(keySchema(index))
                        .projection(projection(index))
                        .build())
                .toList();
        if (!localIndexes.isEmpty()) {
            request.localSecondaryIndexes(localIndexes);
        }
        table.object("StreamSpecification")
                .optional("StreamViewType")
                .ifPresent(view -> request.streamSpecification(StreamSpecification.builder()
                        .streamEnabled(true)
                        .streamViewType(view)
                        .build()));
        throughput(table, home).ifPresent(request::onDemandThroughput);
        var tags = Stream.concat(table.tags().entrySet().stream(), home.tags().entrySet().stream())
                .map(tag ->
                        Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                .distinct()
                .toList();
        if (!tags.isEmpty()) {
            request.tags(tags);
        }
        return request.build();
    }

    /** On-demand maximum throughput: writes are set on the table, reads on each replica. */
    private static Optional<OnDemandThroughput> throughput(Properties table, Properties home) {
        var write = table.object("WriteOnDemandThroughputSettings")
                .number("MaxWriteRequestUnits")
                .or(() -> table.object("OnDemandThroughput").number("MaxWriteRequestUnits"));
        var read = home.object("ReadOnDemandThroughputSettings")
                .number("MaxReadRequestUnits")
                .or(() -> table.object("OnDemandThroughput").number("MaxReadRequestUnits"));
        if (write.isEmpty() && read.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(OnDemandThroughput.builder()
                .maxReadRequestUnits(read.orElse(-1L))
                .maxWriteRequestUnits(write.orElse(-1L))
                .build());
    }

    /** Sets those of the template; others stay, as nothing tells who has set them. */
    private static void updateTags(DynamoDbClient dynamoDb, String arn, List<Tag> wanted) {
        if (wanted.isEmpty()) {
            return;
        }
        var present = new HashSet<>(
                dynamoDb.listTagsOfResource(list -> list.resourceArn(arn)).tags());
        var missing = wanted.stream().filter(tag -> !present.contains(tag)).toList();
        if (!missing.isEmpty()) {
            dynamoDb.tagResource(request -> request.resourceArn(arn).tags(missing));
        }
    }

    private static void updateTtl(DynamoDbClient dynamoDb, String name, Properties ttl) {
        var current =
                dynamoDb.describeTimeToLive(request -> request.tableName(name)).timeToLiveDescription();
        boolean enabled = current != null
                && (current.timeToLiveStatus() == TimeToLiveStatus.ENABLED
                        || current.timeToLiveStatus() == TimeToLiveStatus.ENABLING);
        if (enabled && ttl.is("Enabled") && !ttl.string("AttributeName").equals(current.attributeName())) {
            throw new AssemblyException("items of table " + name + " expire by " + current.attributeName()
                    + " where its data is, and its template says " + ttl.string("AttributeName")
                    + ": DynamoDB takes no other attribute while one is in use;"
                    + " start once without time to live, then with the new attribute");
        }
        if (enabled != ttl.is("Enabled")) {
            String attribute = enabled ? current.attributeName() : ttl.string("AttributeName");
            dynamoDb.updateTimeToLive(request -> request.tableName(name)
                    .timeToLiveSpecification(spec -> spec.enabled(!enabled).attributeName(attribute)));
        }
    }

    /** Brings recovery to what is declared. */
    static void updateRecovery(DynamoDbClient dynamoDb, String name, Properties recovery) {
        var current = dynamoDb.describeContinuousBackups(request -> request.tableName(name))
                .continuousBackupsDescription()
                .pointInTimeRecoveryDescription();
        boolean wasOn = current != null && current.pointInTimeRecoveryStatus() == PointInTimeRecoveryStatus.ENABLED;
        var spec = recovery.object("PointInTimeRecoverySpecification");
        boolean on = spec.is("PointInTimeRecoveryEnabled");
        if (on != wasOn || (on && !Integer.valueOf(days(spec)).equals(current.recoveryPeriodInDays()))) {
            setRecovery(dynamoDb, name, recovery);
        }
    }

    /** Without a look at what is set: for a new table, of which that is known. */
    private static void setRecovery(DynamoDbClient dynamoDb, String name, Properties recovery) {
        var spec = recovery.object("PointInTimeRecoverySpecification");
        boolean on = spec.is("PointInTimeRecoveryEnabled");
        dynamoDb.updateContinuousBackups(request -> request.tableName(name)
                .pointInTimeRecoverySpecification(builder -> builder.pointInTimeRecoveryEnabled(on)
                        .recoveryPeriodInDays(on ? Integer.valueOf(days(spec)) : null)));
    }

    private static int days(Properties spec) {
        return spec.integer("RecoveryPeriodInDays").orElse(35);
    }

    /** The replica that lives in the stack's own region; none for {@code AWS::DynamoDB::Table}. */
    private static Properties homeReplica(Resource resource) {
        return resource.properties().objects("Replicas").stream()
                .filter(replica -> replica.string("Region").equals(resource.region()))
                .findFirst()
                .orElseGet(() -> new Properties(resource.properties().where(), Map.of()));
    }

    /** Where a setting is written: on the replica for a global table, on the table otherwise. */
    private static Properties settings(Properties table, Properties home, String property) {
        return home.has(property) ? home : table;
    }

    private static AttributeDefinition attributeDefinition(Properties attribute) {
        return AttributeDefinition.builder()
                .attributeName(attribute.string("AttributeName"))
                .attributeType(attribute.string("AttributeType"))
                .build();
    }

    private static List<KeySchemaElement> keySchema(Properties owner) {
        return owner.objects("KeySchema").stream()
                .map(key -> KeySchemaElement.builder()
                        .attributeName(key.string("AttributeName"))
                        .keyType(key.string("KeyType"))
                        .build())
                .toList();
    }

    private static Projection projection(Properties index) {
        var projection = index.object("Projection");
        var builder = Projection.builder()
                .projectionType(projection.optional("ProjectionType").orElse("ALL"));
        if (projection.has("NonKeyAttributes")) {
            builder.nonKeyAttributes(projection.strings("NonKeyAttributes"));
        }
        return builder.build();
    }
}
