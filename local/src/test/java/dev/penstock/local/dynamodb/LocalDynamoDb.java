package dev.penstock.local.dynamodb;

import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.gateway.Gateway;
import dev.penstock.local.journal.Journal;
import dev.penstock.local.store.EmbeddedEngine;
import dev.penstock.local.store.RegionStore;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/** One region behind a gateway of its own, for tests: official clients on one side, the store on the other. */
public final class LocalDynamoDb implements AutoCloseable {
    public final MovableClock clock =
            new MovableClock(InstantSource.fixed(Instant.parse("2026-03-01T12:00:00.123456Z")));
    public final RegionStore store;
    public final Gateway gateway;
    public final DynamoDbClient client;
    public final DynamoDbStreamsClient streams;
    private final EmbeddedEngine engine = EmbeddedEngine.start();

    public LocalDynamoDb(Path folder) {
        this(folder, Journal.Options.DEFAULT);
    }

    LocalDynamoDb(Path folder, Journal.Options journal) {
        store = RegionStore.open(new RegionStore.Options(
                "eu-central-1", clock, folder, engine.client(), false, journal, failure -> {}, count -> {}));
        gateway = Gateway.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "eu-central-1")
                .add(new DynamoDb(region -> store, clock));
        client = configure(DynamoDbClient.builder().httpClient(UrlConnectionHttpClient.create()));
        streams = configure(DynamoDbStreamsClient.builder().httpClient(UrlConnectionHttpClient.create()));
    }

    /** Without retries: a test wants to see what is answered. */
    private <C, B extends AwsClientBuilder<B, C>> C configure(B builder) {
        return builder.endpointOverride(gateway.endpoint())
                .overrideConfiguration(c -> c.retryStrategy(AwsRetryStrategy.doNotRetry()))
                .region(Region.EU_CENTRAL_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
                .build();
    }

    /** A table with the string key {@code id} and a stream with both images; answers the stream's ARN. */
    public String createStreaming(String name) {
        return client.createTable(create -> create.tableName(name)
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .attributeDefinitions(id -> id.attributeName("id").attributeType(ScalarAttributeType.S))
                        .keySchema(id -> id.attributeName("id").keyType(KeyType.HASH))
                        .streamSpecification(
                                s -> s.streamEnabled(true).streamViewType(StreamViewType.NEW_AND_OLD_IMAGES)))
                .tableDescription()
                .latestStreamArn();
    }

    @Override
    public void close() {
        client.close();
        streams.close();
        gateway.close();
        store.close();
        engine.close();
    }
}
