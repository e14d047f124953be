package dev.penstock.infra.imports;

import dev.penstock.infra.settings.ImportSource;
import dev.penstock.infra.settings.Settings;
import dev.penstock.infra.settings.StageStack;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Table;
import java.util.Optional;
import software.amazon.awscdk.services.dynamodb.Attribute;
import software.amazon.awscdk.services.dynamodb.AttributeType;
import software.amazon.awscdk.services.dynamodb.BillingMode;
import software.amazon.awscdk.services.dynamodb.ImportSourceSpecification;
import software.amazon.awscdk.services.dynamodb.InputCompressionType;
import software.amazon.awscdk.services.dynamodb.InputFormat;
import software.amazon.awscdk.services.dynamodb.PointInTimeRecoverySpecification;
import software.amazon.awscdk.services.dynamodb.TableEncryption;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.s3.Bucket;
import software.constructs.Construct;

/**
 * A table beside the catalog's, filled from S3 as it is made, off by default. It is a table of the first kind, because a
 * global table can't be imported into (AWS::DynamoDB::GlobalTable has no ImportSourceSpecification); and a stack of its own,
 * because every change of its source makes another table.
 */
public final class ImportStack extends StageStack {

    private static final int RECOVERY_DAYS = 35;

    public ImportStack(
            Construct scope, Settings settings, Catalog catalog, ImportSource source, Optional<String> keyArn) {
        super(scope, "Import", settings, settings.region(), "A table filled from S3");
        Table like = catalog.table(source.table());
        var builder = software.amazon.awscdk.services.dynamodb.Table.Builder.create(this, "Imported")
                .tableName(settings.name(like.name() + "Imported"))
                .partitionKey(attribute(like.partitionKey()))
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .maxReadRequestUnits(like.maxReadUnits())
                .maxWriteRequestUnits(like.maxWriteUnits())
                .pointInTimeRecoverySpecification(PointInTimeRecoverySpecification.builder()
                        .pointInTimeRecoveryEnabled(true)
                        .recoveryPeriodInDays(RECOVERY_DAYS)
                        .build())
                .deletionProtection(settings.keepsData())
                .removalPolicy(dataRemovalPolicy())
                .importSource(ImportSourceSpecification.builder()
                        .bucket(Bucket.fromBucketName(this, "Source", source.bucket()))
                        .keyPrefix(source.prefix())
                        .inputFormat(format(source))
                        .compressionType(InputCompressionType.valueOf(
                                source.compression().name()))
                        .build());
        Optional.ofNullable(like.sortKey()).ifPresent(key -> builder.sortKey(attribute(key)));
        keyArn.ifPresentOrElse(
                arn -> builder.encryption(TableEncryption.CUSTOMER_MANAGED)
                        .encryptionKey(Key.fromKeyArn(this, "DataKey", arn)),
                () -> builder.encryption(TableEncryption.DEFAULT));
        builder.build();
    }

    private static Attribute attribute(dev.penstock.lambdas.catalog.Attribute key) {
        return Attribute.builder()
                .name(key.name())
                .type(
                        switch (key.type()) {
                            case S -> AttributeType.STRING;
                            case N -> AttributeType.NUMBER;
                            case B -> AttributeType.BINARY;
                        })
                .build();
    }

    private static InputFormat format(ImportSource source) {
        return switch (source.format()) {
            case CSV -> InputFormat.csv();
            case DYNAMODB_JSON -> InputFormat.dynamoDBJson();
            case ION -> InputFormat.ion();
        };
    }
}
