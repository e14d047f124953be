package dev.penstock.lambdas.operations;

import java.util.List;
import java.util.Locale;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.AlreadyExistsException;

/** The Glue tables over the exports: a partition for each, whose location is its folder of data. */
final class Partitions {

    private final GlueClient glue;
    private final String database;
    private final String bucket;

    Partitions(GlueClient glue, String database, String bucket) {
        this.glue = glue;
        this.database = database;
        this.bucket = bucket;
    }

    /** Adds the partition of an export that is done; does nothing if it is there. */
    void register(ExportRun run) {
        String table = glueTable(run);
        var descriptor =
                glue
                        .getTable(request -> request.databaseName(database).name(table))
                        .table()
                        .storageDescriptor()
                        .toBuilder()
                        .location(location(run))
                        .build();
        try {
            glue.createPartition(request -> request.databaseName(database)
                    .tableName(table)
                    .partitionInput(partition ->
                            partition.values(List.of(run.to().toString())).storageDescriptor(descriptor)));
        } catch (AlreadyExistsException e) {
            // A tick before this one got as far as here.
        }
    }

    /** Glue folds names to lower case. */
    static String glueTable(ExportRun run) {
        return (run.table() + "_" + run.kind()).toLowerCase(Locale.ROOT);
    }

    /** A full export has a folder of its own; incremental ones of a prefix share one, and the prefix is the export's own. */
    private String location(ExportRun run) {
        String base = "s3://%s/%s/AWSDynamoDB/".formatted(bucket, run.prefix());
        return switch (run.kind()) {
            case FULL -> base + run.exportArn().substring(run.exportArn().lastIndexOf('/') + 1) + "/data/";
            case INCREMENTAL -> base + "data/";
        };
    }
}
