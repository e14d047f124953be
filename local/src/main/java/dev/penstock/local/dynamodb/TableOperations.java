package dev.penstock.local.dynamodb;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.Table;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.CreateTableResponse;
import software.amazon.awssdk.services.dynamodb.model.DeleteTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteTableResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableResponse;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.ListTablesRequest;
import software.amazon.awssdk.services.dynamodb.model.ListTablesResponse;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughput;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/** CreateTable, DescribeTable, ListTables and DeleteTable. */
final class TableOperations {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]{3,255}");
    private static final int LISTED = 100;

    private TableOperations() {}

    static void addTo(DynamoDb dynamodb) {
        dynamodb.on("CreateTable", CreateTableRequest::builder, TableOperations::create)
                .on("DescribeTable", DescribeTableRequest::builder, TableOperations::describe)
                .on("ListTables", ListTablesRequest::builder, TableOperations::list)
                .on("DeleteTable", DeleteTableRequest::builder, TableOperations::delete);
        UpdateTable.addTo(dynamodb);
    }

    private static CreateTableResponse create(RegionStore store, CreateTableRequest asked) {
        checkName(asked.tableName());
        checkBillingMode(asked.billingMode(), asked.billingModeAsString());
        checkThroughput(asked.billingMode(), asked.provisionedThroughput());
        asked.globalSecondaryIndexes()
                .forEach(index -> checkThroughput(asked.billingMode(), index.provisionedThroughput()));
        checkStream(asked.streamSpecification());
        asked.globalSecondaryIndexes().forEach(TableOperations::checkKeySchema);
        if (store.tables().find(asked.tableName()).isPresent()) {
            throw new AwsError(400, "ResourceInUseException", "Table already exists: " + asked.tableName());
        }
        TableDescription described =
                TableDescriptions.of(asked, store.region(), store.clock().instant());
        Table table = store.create(
                described,
                made -> TagOperations.documents(made, asked.tags()),
                () -> store.engine().createTable(forEngine(asked)));
        TableDescription answer = TableDescriptions.creating(table.description(), asked);
        return CreateTableResponse.builder().tableDescription(answer).build();
    }

    /** What the engine has to know, and nothing that is ours or that it would refuse. */
    private static CreateTableRequest forEngine(CreateTableRequest asked) {
        CreateTableRequest.Builder engine = CreateTableRequest.builder()
                .tableName(asked.tableName())
                .attributeDefinitions(asked.hasAttributeDefinitions() ? asked.attributeDefinitions() : null)
                .keySchema(asked.hasKeySchema() ? asked.keySchema() : null)
                .localSecondaryIndexes(asked.hasLocalSecondaryIndexes() ? asked.localSecondaryIndexes() : null)
                .billingMode(asked.billingMode())
                .provisionedThroughput(asked.provisionedThroughput());
        if (asked.hasGlobalSecondaryIndexes()) {
            engine.globalSecondaryIndexes(asked.globalSecondaryIndexes().stream()
                    .map(index -> GlobalSecondaryIndex.builder()
                            .indexName(index.indexName())
                            .keySchema(index.keySchema())
                            .projection(index.projection())
                            .provisionedThroughput(index.provisionedThroughput())
                            .build())
                    .toList());
        }
        return engine.build();
    }

    private static DescribeTableResponse describe(RegionStore store, DescribeTableRequest asked) {
        return DescribeTableResponse.builder()
                .table(described(store, store.tables().described(asked.tableName())))
                .build();
    }

    static TableDescription described(RegionStore store, Table table) {
        return table.description().tableStatus() == TableStatus.CREATING
                ? table.description()
                : TableDescriptions.counted(table.description(), store.counted(table));
    }

    private static ListTablesResponse list(RegionStore store, ListTablesRequest asked) {
        int limit = Objects.requireNonNullElse(asked.limit(), LISTED);
        if (limit < 1 || limit > LISTED) {
            throw AwsError.validation("1 validation error detected: Value '" + limit
                    + "' at 'limit' failed to satisfy constraint: Member must have value "
                    + (limit < 1 ? "greater than or equal to 1" : "less than or equal to " + LISTED));
        }
        String start = Objects.requireNonNullElse(asked.exclusiveStartTableName(), "");
        List<String> names = store.tables().all().stream()
                .map(Table::name)
                .filter(name -> name.compareTo(start) > 0)
                .toList();
        List<String> page = names.subList(0, Math.min(limit, names.size()));
        return ListTablesResponse.builder()
                .tableNames(page)
                .lastEvaluatedTableName(page.size() < names.size() ? page.getLast() : null)
                .build();
    }

    private static DeleteTableResponse delete(RegionStore store, DeleteTableRequest asked) {
        Table table = store.tables().described(asked.tableName());
        if (Boolean.TRUE.equals(table.description().deletionProtectionEnabled())) {
            throw AwsError.validation("Resource cannot be deleted as it is currently protected against deletion."
                    + " Disable deletion protection first.");
        }
        if (!table.isActive()) {
            throw new AwsError(
                    400,
                    "ResourceInUseException",
                    "Attempt to change a resource which is still in use: Table is being created: " + table.name());
        }
        TableDescription answer = TableDescriptions.deleting(described(store, table));
        store.delete(table);
        return DeleteTableResponse.builder().tableDescription(answer).build();
    }

    private static void checkName(@Nullable String given) {
        String name = AwsError.required("tableName", given);
        if (!NAME.matcher(name).matches()) {
            String rule = name.length() < 3
                    ? "Member must have length greater than or equal to 3"
                    : name.length() > 255
                            ? "Member must have length less than or equal to 255"
                            : "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+";
            throw AwsError.validation("1 validation error detected: Value '" + name
                    + "' at 'tableName' failed to satisfy constraint: " + rule);
        }
    }

    static void checkBillingMode(@Nullable BillingMode mode, @Nullable String text) {
        if (mode == BillingMode.UNKNOWN_TO_SDK_VERSION) {
            throw AwsError.validation("1 validation error detected: Value '" + text
                    + "' at 'billingMode' failed to satisfy constraint: Member must satisfy enum value set:"
                    + " [PROVISIONED, PAY_PER_REQUEST]");
        }
    }

    private static void checkThroughput(@Nullable BillingMode mode, @Nullable ProvisionedThroughput given) {
        if (mode == BillingMode.PAY_PER_REQUEST && given != null) {
            throw AwsError.validation("One or more parameter values were invalid: Neither ReadCapacityUnits nor"
                    + " WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST");
        }
    }

    static void checkStream(@Nullable StreamSpecification stream) {
        if (stream == null) {
            return;
        }
        boolean enabled = Boolean.TRUE.equals(stream.streamEnabled());
        if (enabled && stream.streamViewType() == null) {
            throw AwsError.validation("One or more parameter values were invalid: StreamViewType must be specified"
                    + " when StreamEnabled is true");
        }
        if (stream.streamViewType() == StreamViewType.UNKNOWN_TO_SDK_VERSION) {
            throw AwsError.validation("1 validation error detected: Value '" + stream.streamViewTypeAsString()
                    + "' at 'streamSpecification.streamViewType' failed to satisfy constraint: Member must satisfy"
                    + " enum value set: [NEW_IMAGE, OLD_IMAGE, NEW_AND_OLD_IMAGES, KEYS_ONLY]");
        }
    }

    private static void checkKeySchema(GlobalSecondaryIndex index) {
        if (index.keySchema().size() > 2) {
            throw AwsError.notSimulated("dynamodb", "CreateTable with a multi-attribute index key");
        }
    }
}
