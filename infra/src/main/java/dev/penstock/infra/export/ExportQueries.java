package dev.penstock.infra.export;

import dev.penstock.infra.settings.Settings;
import dev.penstock.lambdas.catalog.Table;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awscdk.services.athena.CfnNamedQuery;
import software.amazon.awscdk.services.athena.CfnWorkGroup;
import software.amazon.awscdk.services.glue.CfnDatabase;
import software.amazon.awscdk.services.glue.CfnTable;
import software.constructs.Construct;

/**
 * SQL over exports: a Glue table for each table and kind, with a partition for each export that the function registers, and
 * an Athena workgroup that stops a query before it gets expensive.
 */
final class ExportQueries {

    /** At 5 US dollars a terabyte (Athena's list price) a query costs 50 cents at most. */
    private static final long MOST_BYTES_SCANNED = 100L * 1024 * 1024 * 1024;

    private final Construct scope;
    private final Settings settings;
    private final CfnDatabase database;

    ExportQueries(Construct scope, Settings settings, List<Table> tables, Optional<String> keyArn) {
        this.scope = scope;
        this.settings = settings;
        database = CfnDatabase.Builder.create(scope, "Database")
                .catalogId(settings.account())
                .databaseInput(CfnDatabase.DatabaseInputProperty.builder()
                        .name(database())
                        .description("Exports of " + settings.prefix() + "*")
                        .build())
                .build();
        var workGroup = workGroup(keyArn);
        for (Table table : tables) {
            glueTable(table, "Full", "item");
            glueTable(table, "Incremental", "keys", "oldimage", "newimage", "metadata");
            CfnNamedQuery.Builder.create(scope, table.name() + "Count")
                    .name(settings.prefix() + "count-" + table.name())
                    .description("How many items each full export of %s holds".formatted(table.name()))
                    .database(database())
                    .workGroup(workGroup.getName())
                    .queryString("SELECT exported, count(*) AS items FROM %s_full GROUP BY exported ORDER BY exported"
                            .formatted(table.name().toLowerCase(Locale.ROOT)))
                    .build()
                    .addResourceDependency(workGroup);
        }
    }

    /** Glue names have no dashes in SQL without quotes. */
    String database() {
        return settings.prefix().replace('-', '_') + "exports";
    }

    private CfnWorkGroup workGroup(Optional<String> keyArn) {
        var encryption = CfnWorkGroup.EncryptionConfigurationProperty.builder();
        keyArn.ifPresentOrElse(
                arn -> encryption.encryptionOption("SSE_KMS").kmsKey(arn), () -> encryption.encryptionOption("SSE_S3"));
        return CfnWorkGroup.Builder.create(scope, "WorkGroup")
                .name(settings.prefix() + "exports")
                .description("Queries over exports")
                .state("ENABLED")
                .recursiveDeleteOption(!settings.keepsData())
                .workGroupConfiguration(CfnWorkGroup.WorkGroupConfigurationProperty.builder()
                        .enforceWorkGroupConfiguration(true)
                        .publishCloudWatchMetricsEnabled(true)
                        .bytesScannedCutoffPerQuery(MOST_BYTES_SCANNED)
                        .engineVersion(CfnWorkGroup.EngineVersionProperty.builder()
                                .selectedEngineVersion("Athena engine version 3")
                                .build())
                        .resultConfiguration(CfnWorkGroup.ResultConfigurationProperty.builder()
                                .outputLocation("s3://%s/athena/".formatted(ExportStack.bucket(settings)))
                                .encryptionConfiguration(encryption.build())
                                .build())
                        .build())
                .build();
    }

    /** Each column holds the DynamoDB JSON of its part; SQL takes it apart with json_extract_scalar. */
    private void glueTable(Table table, String kind, String... columns) {
        String name = (table.name() + "_" + kind).toLowerCase(Locale.ROOT);
        var parameters = new TreeMap<String, String>();
        parameters.put("classification", "json");
        parameters.put("compressionType", "gzip");
        CfnTable.Builder.create(scope, table.name() + kind + "Table")
                .catalogId(settings.account())
                .databaseName(database())
                .tableInput(CfnTable.TableInputProperty.builder()
                        .name(name)
                        .tableType("EXTERNAL_TABLE")
                        .parameters(parameters)
                        .partitionKeys(List.of(column("exported")))
                        .storageDescriptor(CfnTable.StorageDescriptorProperty.builder()
                                .location("s3://%s/%s/".formatted(ExportStack.bucket(settings), table.name()))
                                .columns(List.of(columns).stream()
                                        .map(ExportQueries::column)
                                        .toList())
                                .inputFormat("org.apache.hadoop.mapred.TextInputFormat")
                                .outputFormat("org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat")
                                .serdeInfo(CfnTable.SerdeInfoProperty.builder()
                                        .serializationLibrary("org.openx.data.jsonserde.JsonSerDe")
                                        .build())
                                .build())
                        .build())
                .build()
                .addResourceDependency(database);
    }

    private static CfnTable.ColumnProperty column(String name) {
        return CfnTable.ColumnProperty.builder().name(name).type("string").build();
    }
}
