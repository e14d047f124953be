package dev.penstock.local.regions;

import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.dynamodb.DynamoDb;
import dev.penstock.local.gateway.Gateway;
import dev.penstock.local.store.EmbeddedEngine;
import dev.penstock.local.store.RegionStore;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.Stream;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/** DynamoDB in several regions at one endpoint, each with a store of its own, and an official client for each. */
final class TestRegions implements AutoCloseable {
    static final String TABLE = "Customers";

    final MovableClock clock = new MovableClock(Instant::now);
    GlobalTables tables;
    private final Path folder;
    private final Map<String, RegionStore> stores = new ConcurrentHashMap<>();
    private final Map<String, DynamoDbClient> clients = new ConcurrentHashMap<>();
    private final List<Runnable> opened = new ArrayList<>();
    private Gateway gateway;

    TestRegions(Path folder) {
        this.folder = folder;
        start();
    }

    private void start() {
        tables = new GlobalTables(this::store, Duration.ZERO);
        gateway = Gateway.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "us-east-1")
                .add(new ReplicaOperations(tables).addTo(new DynamoDb(this::store, clock)));
    }

    /** Stops everything and starts it again from what is on disk, as the runtime does. */
    void restart() {
        List<String> regions = List.copyOf(stores.keySet());
        close();
        clients.clear();
        stores.clear();
        opened.clear();
        start();
        regions.forEach(region -> tables.resume(store(region)));
    }

    RegionStore store(String region) {
        return stores.computeIfAbsent(region, name -> {
            EmbeddedEngine engine = EmbeddedEngine.start();
            RegionStore store =
                    RegionStore.open(new RegionStore.Options(name, clock, folder.resolve(name), engine.client()));
            opened.add(store::close);
            opened.add(engine::close);
            return store;
        });
    }

    /** Does not repeat what fails: the test wants to see it. */
    DynamoDbClient client(String region) {
        return clients.computeIfAbsent(
                region,
                name -> DynamoDbClient.builder()
                        .endpointOverride(gateway.endpoint())
                        .region(Region.of(name))
                        .httpClientBuilder(UrlConnectionHttpClient.builder())
                        .overrideConfiguration(config -> config.retryStrategy(retry -> retry.maxAttempts(1)))
                        .credentialsProvider(
                                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                        .build());
    }

    /** A table with key {@code id} and both images in its stream. */
    static CreateTableRequest.Builder table(String name) {
        return CreateTableRequest.builder()
                .tableName(name)
                .attributeDefinitions(id -> id.attributeName("id").attributeType(ScalarAttributeType.S))
                .keySchema(id -> id.attributeName("id").keyType(KeyType.HASH))
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .streamSpecification(
                        stream -> stream.streamEnabled(true).streamViewType(StreamViewType.NEW_AND_OLD_IMAGES));
    }

    static Map<String, AttributeValue> key(String id) {
        return Map.of("id", AttributeValue.fromS(id));
    }

    static Map<String, AttributeValue> item(String id, String value) {
        return Map.of("id", AttributeValue.fromS(id), "v", AttributeValue.fromS(value));
    }

    void put(String region, String id, String value) {
        client(region).putItem(put -> put.tableName(TABLE).item(item(id, value)));
    }

    /** What a region has of an item; null when it has none. */
    String get(String region, String id, boolean consistent) {
        var item =
                client(region).getItem(get -> get.tableName(TABLE).key(key(id)).consistentRead(consistent));
        return item.hasItem() ? item.item().get("v").s() : null;
    }

    private DynamoDbStreamsClient streamsClient(String region) {
        return DynamoDbStreamsClient.builder()
                .endpointOverride(gateway.endpoint())
                .region(Region.of(region))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .build();
    }

    /** All streams that a region lists. */
    List<Stream> streams(String region) {
        try (DynamoDbStreamsClient streams = streamsClient(region)) {
            return streams.listStreams().streams();
        }
    }

    /** All records of the table's stream in a region. */
    List<Record> records(String region) {
        List<Record> records = new ArrayList<>();
        try (DynamoDbStreamsClient streams = streamsClient(region)) {
            String arn = client(region)
                    .describeTable(describe -> describe.tableName(TABLE))
                    .table()
                    .latestStreamArn();
            for (var shard : streams.describeStream(describe -> describe.streamArn(arn))
                    .streamDescription()
                    .shards()) {
                String iterator = streams.getShardIterator(get -> get.streamArn(arn)
                                .shardId(shard.shardId())
                                .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                        .shardIterator();
                records.addAll(
                        streams.getRecords(get -> get.shardIterator(iterator)).records());
            }
        }
        return records;
    }

    @Override
    public void close() {
        clients.values().forEach(DynamoDbClient::close);
        gateway.close();
        tables.close();
        opened.forEach(Runnable::run);
    }
}
