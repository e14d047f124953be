package dev.penstock.local.dax;

import java.io.IOException;
import java.io.UncheckedIOException;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.dax.ClusterDaxAsyncClient;
import software.amazon.dax.ClusterDaxClient;
import software.amazon.dax.Configuration;

/** The official Java client, unmodified. */
final class DaxClients {
    static final DaxCredentials CREDENTIALS = new DaxCredentials("AKIDTEST", "secret/of+the=test");

    private DaxClients() {}

    static DynamoDbClient sync(String url) {
        return sync(url, CREDENTIALS);
    }

    static DynamoDbClient sync(String url, DaxCredentials credentials) {
        try {
            return ClusterDaxClient.builder()
                    .overrideConfiguration(configuration(url, credentials))
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static DynamoDbAsyncClient async(String url) {
        try {
            return ClusterDaxAsyncClient.builder()
                    .overrideConfiguration(configuration(url, CREDENTIALS))
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Configuration configuration(String url, DaxCredentials credentials) {
        return Configuration.builder()
                .url(url)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(credentials.accessKeyId(), credentials.secretAccessKey())))
                .build();
    }
}
