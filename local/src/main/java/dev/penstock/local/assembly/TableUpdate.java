package dev.penstock.local.assembly;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexUpdate;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.OnDemandThroughput;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughput;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.UpdateTableRequest;

/**
 * Brings a table that exists to what its template says, by UpdateTable, one kind of change in each call as DynamoDB takes
 * them. What CloudFormation would replace the table for, or DynamoDB refuse, is refused before anything is changed.
 *
 * @param wanted what would make the table anew
 */
record TableUpdate(DynamoDbClient dynamoDb, TableDescription table, CreateTableRequest wanted) {
    private static final OnDemandThroughput UNLIMITED = OnDemandThroughput.builder()
            .maxReadRequestUnits(-1L)
            .maxWriteRequestUnits(-1L)
            .build();

    /**
     * @return the table as it is now described
     * @throws AssemblyException for what can't be changed
     */
    TableDescription run() {
        TableShape here = TableShape.of(table);
        TableShape there = TableShape.of(wanted);
        here.refuseReplacement(there, table.tableName());
        boolean changed = updateCapacity();
        boolean protect = Boolean.TRUE.equals(wanted.deletionProtectionEnabled());
        if (protect != Boolean.TRUE.equals(table.deletionProtectionEnabled())) {
            update(request -> request.deletionProtectionEnabled(protect));
            changed = true;
        }
        changed |= updateStream();
        changed |= updateIndexes(here, there);
        return changed
                ? dynamoDb.describeTable(describe -> describe.tableName(table.tableName()))
                        .table()
                : table;
    }

    private boolean updateCapacity() {
        boolean onDemand = wanted.billingMode() == BillingMode.PAY_PER_REQUEST;
        boolean wasOnDemand = table.billingModeSummary() != null
                && table.billingModeSummary().billingMode() == BillingMode.PAY_PER_REQUEST;
        ProvisionedThroughput units = wanted.provisionedThroughput();
        boolean changed = false;
        if (onDemand != wasOnDemand || (units != null && !isProvisioned(units))) {
            update(request -> request.billingMode(wanted.billingMode()).provisionedThroughput(units));
            changed = true;
        }
        OnDemandThroughput most = most(wanted.onDemandThroughput());
        if (onDemand && !most.equals(most(table.onDemandThroughput()))) {
            update(request -> request.onDemandThroughput(most));
            changed = true;
        }
        return changed;
    }

    private boolean isProvisioned(ProvisionedThroughput units) {
        return table.provisionedThroughput() != null
                && Objects.equals(
                        units.readCapacityUnits(), table.provisionedThroughput().readCapacityUnits())
                && Objects.equals(
                        units.writeCapacityUnits(),
                        table.provisionedThroughput().writeCapacityUnits());
    }

    private static OnDemandThroughput most(@Nullable OnDemandThroughput units) {
        return units == null ? UNLIMITED : units;
    }

    /** Replicas that are eventually consistent need their stream, whether a template declares it or not. */
    private boolean updateStream() {
        boolean on = wanted.streamSpecification() != null;
        if (on == (table.streamSpecification() != null)
                || (!on && !table.replicas().isEmpty())) {
            return false;
        }
        update(request -> {
            if (on) {
                request.streamSpecification(wanted.streamSpecification());
            } else {
                request.streamSpecification(stream -> stream.streamEnabled(false));
            }
        });
        return true;
    }

    /** One index in a call. CloudFormation would take one change of this kind in a whole update of the stack. */
    private boolean updateIndexes(TableShape here, TableShape there) {
        Set<String> gone =
                without(here.globalIndexes().keySet(), there.globalIndexes().keySet());
        Set<String> added =
                without(there.globalIndexes().keySet(), here.globalIndexes().keySet());
        gone.forEach(name -> update(request -> request.globalSecondaryIndexUpdates(GlobalSecondaryIndexUpdate.builder()
                .delete(index -> index.indexName(name))
                .build())));
        List<KeySchemaElement> keys = new ArrayList<>(wanted.keySchema());
        wanted.localSecondaryIndexes().forEach(index -> keys.addAll(index.keySchema()));
        for (GlobalSecondaryIndex index : wanted.globalSecondaryIndexes()) {
            if (!added.contains(index.indexName())) {
                keys.addAll(index.keySchema());
            }
        }
        for (GlobalSecondaryIndex index : wanted.globalSecondaryIndexes()) {
            if (added.contains(index.indexName())) {
                keys.addAll(index.keySchema());
                List<AttributeDefinition> used = used(keys);
                update(request -> request.attributeDefinitions(used)
                        .globalSecondaryIndexUpdates(GlobalSecondaryIndexUpdate.builder()
                                .create(create -> create.indexName(index.indexName())
                                        .keySchema(index.keySchema())
                                        .projection(index.projection()))
                                .build()));
            }
        }
        return !gone.isEmpty() || !added.isEmpty();
    }

    /** DynamoDB refuses a definition that no key uses yet. */
    private List<AttributeDefinition> used(List<KeySchemaElement> keys) {
        Set<String> names = keys.stream().map(KeySchemaElement::attributeName).collect(Collectors.toSet());
        return wanted.attributeDefinitions().stream()
                .filter(definition -> names.contains(definition.attributeName()))
                .toList();
    }

    private static Set<String> without(Set<String> names, Set<String> others) {
        Set<String> left = new HashSet<>(names);
        left.removeAll(others);
        return left;
    }

    private void update(Consumer<UpdateTableRequest.Builder> change) {
        dynamoDb.updateTable(request -> change.accept(request.tableName(table.tableName())));
    }
}
