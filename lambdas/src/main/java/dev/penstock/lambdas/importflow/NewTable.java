package dev.penstock.lambdas.importflow;

import dev.penstock.lambdas.catalog.Attribute;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.catalog.Table.StreamView;
import dev.penstock.lambdas.etl.Output;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.ImportTableRequest;
import software.amazon.awssdk.services.dynamodb.model.InputCompressionType;
import software.amazon.awssdk.services.dynamodb.model.InputFormat;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.Tag;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;

/** A table made like one of the catalog: what ImportTable takes, and what can only be set when it is done. */
record NewTable(Table like, String name) {

    ImportTableRequest.Builder source(ImportTableRequest.Builder request, Output output) {
        return request.inputFormat(InputFormat.valueOf(output.format().name()))
                .inputCompressionType(
                        InputCompressionType.valueOf(output.codec().name()))
                .tableCreationParameters(table -> table.tableName(name)
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .onDemandThroughput(most -> most.maxReadRequestUnits(like.maxReadUnits())
                                .maxWriteRequestUnits(like.maxWriteUnits()))
                        .attributeDefinitions(
                                like.keys().stream().map(NewTable::definition).toList())
                        .keySchema(keySchema()));
    }

    private static AttributeDefinition definition(Attribute key) {
        return AttributeDefinition.builder()
                .attributeName(key.name())
                .attributeType(key.type().name())
                .build();
    }

    private List<KeySchemaElement> keySchema() {
        List<KeySchemaElement> schema = new ArrayList<>();
        for (Attribute key : like.keys()) {
            schema.add(KeySchemaElement.builder()
                    .attributeName(key.name())
                    .keyType(schema.isEmpty() ? KeyType.HASH : KeyType.RANGE)
                    .build());
        }
        return schema;
    }

    /** Recovery, expiry, tag, stream and deletion protection; what is set already is left. */
    void complete(DynamoDbClient client, String arn, String job, boolean keepsData) {
        client.updateContinuousBackups(update -> update.tableName(name)
                .pointInTimeRecoverySpecification(
                        p -> p.pointInTimeRecoveryEnabled(true).recoveryPeriodInDays(like.recoveryDays())));
        if (like.ttlAttribute() != null
                && client.describeTimeToLive(describe -> describe.tableName(name))
                                .timeToLiveDescription()
                                .timeToLiveStatus()
                        == TimeToLiveStatus.DISABLED) {
            client.updateTimeToLive(update -> update.tableName(name)
                    .timeToLiveSpecification(ttl -> ttl.enabled(true).attributeName(like.ttlAttribute())));
        }
        client.tagResource(tags -> tags.resourceArn(arn)
                .tags(Tag.builder().key("penstock:import").value(job).build()));
        TableDescription now =
                client.describeTable(describe -> describe.tableName(name)).table();
        boolean streams = like.stream() != StreamView.NONE && now.streamSpecification() == null;
        boolean protects = keepsData && !Boolean.TRUE.equals(now.deletionProtectionEnabled());
        if (streams || protects) {
            client.updateTable(update -> {
                update.tableName(name);
                if (streams) {
                    update.streamSpecification(stream -> stream.streamEnabled(true)
                            .streamViewType(like.stream().name()));
                }
                if (protects) {
                    update.deletionProtectionEnabled(true);
                }
            });
        }
    }
}
