package dev.penstock.local.verify;

import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.tables.ExpiredItems;
import dev.penstock.lambdas.tables.TableNames;
import dev.penstock.lambdas.verify.Verifier;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Function;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The stage that is verified.
 *
 * @param clients of DynamoDB by region, each made once
 * @param bucket that exports go to
 * @param expired the archive
 * @param every time between two looks at an export that runs
 * @param patience time that exports may take, all of them together
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
        Verifier.Settled settled,
        Duration every,
        Duration patience) {

    DynamoDbClient dynamoDb(String of) {
        return clients.apply(of);
    }
}
