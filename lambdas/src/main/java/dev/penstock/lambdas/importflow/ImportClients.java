package dev.penstock.lambdas.importflow;

import dev.penstock.lambdas.catalog.Environment;
import dev.penstock.lambdas.catalog.Storefront;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;

/** The flow with AWS's clients, as the environment says. */
public final class ImportClients {
    /** Bucket of the transformed objects. */
    public static final String BUCKET = "IMPORT_BUCKET";
    /** Queue of the parts. */
    public static final String QUEUE = "PART_QUEUE";
    /** Table of the progress. */
    public static final String STATE_TABLE = "STATE_TABLE";
    /** {@code true} where new tables are protected from deletion. */
    public static final String KEEPS_DATA = "KEEPS_DATA";

    private static final int BATCH = 10;

    private ImportClients() {}

    static ImportFlow flow(Environment environment) {
        var dynamodb = DynamoDbClient.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
        var s3 = S3Client.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
        var sqs = SqsClient.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
        String queue = environment.required(QUEUE);
        return new ImportFlow(
                Storefront.catalog(),
                dynamodb,
                s3,
                new ImportJobs(dynamodb, environment.required(STATE_TABLE)),
                (job, parts) -> send(sqs, queue, job, parts),
                new ImportFlow.Target(
                        environment.required(BUCKET), Boolean.parseBoolean(environment.optional(KEEPS_DATA, "false"))));
    }

    /** One message for each part; fails if one of them could not be sent. */
    public static void send(SqsClient sqs, String queue, String job, List<Integer> parts) {
        for (int from = 0; from < parts.size(); from += BATCH) {
            List<SendMessageBatchRequestEntry> entries = new ArrayList<>();
            for (int part : parts.subList(from, Math.min(from + BATCH, parts.size()))) {
                entries.add(SendMessageBatchRequestEntry.builder()
                        .id(Integer.toString(part))
                        .messageBody(ImportPartHandler.message(job, part))
                        .build());
            }
            SendMessageBatchResponse sent =
                    sqs.sendMessageBatch(send -> send.queueUrl(queue).entries(entries));
            if (sent.hasFailed() && !sent.failed().isEmpty()) {
                throw new IllegalStateException("messages could not be sent, order the import again: " + sent.failed());
            }
        }
    }
}
