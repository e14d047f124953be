package dev.penstock.local.verify;

import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.tables.ExpiredItems;
import dev.penstock.lambdas.tables.TableNames;
import dev.penstock.lambdas.verify.Verifier;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.BiPredicate;
import java.util.function.Function;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The stage that is verified.
 *
 * @param clients of DynamoDB by region, each made once
 * @param bucket that exports go to
 * @param expired the archive
 * @param isPast whether a consumer has applied all that was written before a time
 * @param settled waits for the consumers, between two looks at what differs
 * @param every time between two looks at an export that runs
 * @param patience time that exports may take, all of them together, and then a consumer that is behind
 */
public record Stage(
        Catalog catalog,
        TableNames names,
        String region,
        Function<String, DynamoDbClient> clients,
        S3Client s3,
        String bucket,
        ExpiredItems expired,
        InstantSource clock,
        BiPredicate<String, Instant> isPast,
        Verifier.Settled settled,
        Duration every,
        Duration patience) {

    DynamoDbClient dynamoDb(String of) {
        return clients.apply(of);
    }
}
