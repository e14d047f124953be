package dev.penstock.local.imports;

import dev.penstock.lambdas.imports.CsvOptions;
import dev.penstock.local.gateway.AwsError;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.ImportTableRequest;
import software.amazon.awssdk.services.dynamodb.model.InputCompressionType;
import software.amazon.awssdk.services.dynamodb.model.InputFormat;
import software.amazon.awssdk.services.dynamodb.model.InputFormatOptions;
import software.amazon.awssdk.services.dynamodb.model.TableCreationParameters;

/** What ImportTable refuses at once. */
final class ImportRules {
    private ImportRules() {}

    static void check(ImportTableRequest request) {
        AwsError.required("tableCreationParameters", request.tableCreationParameters());
        AwsError.required("s3BucketSource", request.s3BucketSource());
        AwsError.required("s3BucketSource.s3Bucket", request.s3BucketSource().s3Bucket());
        checkOwner(request.s3BucketSource().s3BucketOwner());
        AwsError.required("inputFormat", request.inputFormat());
        oneOf("inputFormat", request.inputFormatAsString(), InputFormat.knownValues());
        oneOf("inputCompressionType", request.inputCompressionTypeAsString(), InputCompressionType.knownValues());
        TableCreationParameters table = request.tableCreationParameters();
        AwsError.required("tableCreationParameters.tableName", table.tableName());
        if (!table.hasKeySchema() || !table.hasAttributeDefinitions()) {
            AwsError.required(
                    "tableCreationParameters." + (table.hasKeySchema() ? "attributeDefinitions" : "keySchema"), null);
        }
        // Billing mode is PROVISIONED unless said otherwise, as with CreateTable.
        if (table.billingMode() != BillingMode.PAY_PER_REQUEST && table.provisionedThroughput() == null) {
            throw AwsError.validation("One or more parameter values were invalid: ReadCapacityUnits and"
                    + " WriteCapacityUnits must both be specified when BillingMode is PROVISIONED");
        }
        if (request.inputFormatOptions() != null
                && request.inputFormatOptions().csv() != null
                && request.inputFormat() != InputFormat.CSV) {
            throw AwsError.validation("InputFormatOptions.Csv can only be specified when InputFormat is CSV");
        }
        try {
            CsvOptions checked = csv(request.inputFormatOptions(), Map.of());
            if (request.inputFormat() == InputFormat.CSV && !checked.header().isEmpty()) {
                checkHeader(checked.header(), table);
            }
        } catch (IllegalArgumentException e) {
            throw AwsError.validation("1 validation error detected: " + e.getMessage());
        }
    }

    /** API Reference, "S3BucketSource": 12 digits; whose they are is found out later. */
    private static void checkOwner(@Nullable String owner) {
        if (owner != null && !owner.matches("[0-9]{12}")) {
            throw AwsError.validation("1 validation error detected: Value '" + owner
                    + "' at 's3BucketSource.s3BucketOwner' failed to satisfy constraint: Member must satisfy regular"
                    + " expression pattern: [0-9]{12}");
        }
    }

    private static void checkHeader(List<String> header, TableCreationParameters table) {
        table.keySchema().forEach(key -> {
            if (!header.contains(key.attributeName())) {
                throw AwsError.validation("One or more parameter values were invalid: the key " + key.attributeName()
                        + " is missing in HeaderList " + header);
            }
        });
    }

    static CsvOptions csv(@Nullable InputFormatOptions options, Map<String, String> keyTypes) {
        if (options == null || options.csv() == null) {
            return new CsvOptions(',', List.of(), keyTypes);
        }
        String delimiter =
                options.csv().delimiter() == null ? "," : options.csv().delimiter();
        if (delimiter.length() != 1) {
            throw new IllegalArgumentException(
                    "delimiter must be one of , ; : | tab space; given: '" + delimiter + "'");
        }
        return new CsvOptions(delimiter.charAt(0), options.csv().headerList(), keyTypes);
    }

    static Map<String, String> keyTypes(TableCreationParameters table) {
        return table.attributeDefinitions().stream()
                .collect(Collectors.toMap(
                        AttributeDefinition::attributeName, AttributeDefinition::attributeTypeAsString));
    }

    /** The table that an import makes, as CreateTable would be asked for it. */
    static CreateTableRequest table(TableCreationParameters table) {
        return CreateTableRequest.builder()
                .tableName(table.tableName())
                .attributeDefinitions(table.attributeDefinitions())
                .keySchema(table.keySchema())
                .billingMode(table.billingMode())
                .provisionedThroughput(table.provisionedThroughput())
                .onDemandThroughput(table.onDemandThroughput())
                .sseSpecification(table.sseSpecification())
                .globalSecondaryIndexes(table.hasGlobalSecondaryIndexes() ? table.globalSecondaryIndexes() : List.of())
                .build();
    }

    private static void oneOf(String member, @Nullable String value, java.util.Collection<? extends Enum<?>> known) {
        if (value != null && known.stream().noneMatch(one -> one.toString().equals(value))) {
            throw AwsError.validation("1 validation error detected: Value '" + value + "' at '" + member
                    + "' failed to satisfy constraint: Member must satisfy enum value set: " + known);
        }
    }
}
