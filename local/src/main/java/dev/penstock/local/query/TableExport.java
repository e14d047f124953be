package dev.penstock.local.query;

import dev.penstock.local.clients.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import software.amazon.awssdk.services.dynamodb.model.ExportDescription;
import software.amazon.awssdk.services.dynamodb.model.ExportStatus;
import software.amazon.awssdk.services.dynamodb.model.ExportTableToPointInTimeRequest;
import software.amazon.awssdk.services.s3.model.BucketAlreadyOwnedByYouException;

/** An export that a command asked for, into a bucket of its own unless another is named. */
record TableExport(Endpoint endpoint, ExportDescription description) {
    static final String BUCKET = "penstock-exports";
    private static final Duration LIMIT = Duration.ofHours(1);

    static TableExport start(Endpoint endpoint, String table, Consumer<ExportTableToPointInTimeRequest.Builder> more) {
        String arn = endpoint.dynamodb()
                .describeTable(describe -> describe.tableName(table))
                .table()
                .tableArn();
        makeBucket(endpoint);
        return new TableExport(
                endpoint,
                endpoint.dynamodb()
                        .exportTableToPointInTime(request -> {
                            request.tableArn(arn).s3Bucket(BUCKET).s3Prefix(table);
                            more.accept(request);
                        })
                        .exportDescription());
    }

    static void makeBucket(Endpoint endpoint) {
        try {
            endpoint.s3().createBucket(create -> create.bucket(BUCKET));
        } catch (BucketAlreadyOwnedByYouException there) {
            // it was made by an earlier command
        }
    }

    /** Waits until it has ended; answers where it is. */
    Location await() throws IOException {
        Await.until(
                LIMIT,
                "export " + description.exportArn(),
                () -> describe().exportStatus() != ExportStatus.IN_PROGRESS);
        ExportDescription ended = describe();
        if (ended.exportStatus() != ExportStatus.COMPLETED) {
            throw new IOException(
                    "export " + ended.exportArn() + " failed: " + ended.failureCode() + ": " + ended.failureMessage());
        }
        return endpoint.location("s3://" + ended.s3Bucket() + "/" + ended.exportManifest());
    }

    ExportDescription describe() {
        return endpoint.dynamodb()
                .describeExport(describe -> describe.exportArn(description.exportArn()))
                .exportDescription();
    }
}
