package dev.penstock.local.runtime;

import dev.penstock.local.clients.Clients;
import dev.penstock.local.functions.Functions;
import dev.penstock.local.functions.Metrics;
import dev.penstock.local.sources.Checkpoint;
import dev.penstock.local.sources.Checkpoints;
import dev.penstock.local.sources.Destinations;
import dev.penstock.local.sources.EventSourceMappings;
import dev.penstock.local.sources.Invoker;
import dev.penstock.local.sources.Ports;
import dev.penstock.local.store.RegionStore;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.lambda.model.EventSourceMappingConfiguration;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/** The event source mappings of each region. Threadsafe. */
final class Mappings implements AutoCloseable {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final Function<String, RegionStore> stores;
    private final Functions functions;
    private final Checkpoints checkpoints;
    private final Function<String, Clients> clients;
    private final Function<String, Metrics> metrics;
    private final Map<String, EventSourceMappings> regions = new ConcurrentHashMap<>();

    Mappings(
            Function<String, RegionStore> stores,
            Functions functions,
            Checkpoints checkpoints,
            Function<String, Clients> clients,
            Function<String, Metrics> metrics) {
        this.stores = stores;
        this.functions = functions;
        this.checkpoints = checkpoints;
        this.clients = clients;
        this.metrics = metrics;
    }

    EventSourceMappings of(String region) {
        return regions.computeIfAbsent(region, name -> {
            RegionStore store = stores.apply(name);
            return new EventSourceMappings(new Ports(
                    store.streams(),
                    store.streams(),
                    Invoker.of(functions),
                    destinations(clients.apply(name)),
                    checkpoints,
                    store.clock(),
                    metrics.apply(name),
                    FIRST_PAUSE,
                    LONGEST_PAUSE));
        });
    }

    /** Whether every enabled mapping is done with all that its stream holds. */
    boolean areSettled() {
        return regions.entrySet().stream()
                .allMatch(region -> region.getValue().list(null, null).stream()
                        .filter(mapping -> "Enabled".equals(mapping.state()))
                        .allMatch(mapping -> isSettled(stores.apply(region.getKey()), mapping)));
    }

    private boolean isSettled(RegionStore store, EventSourceMappingConfiguration mapping) {
        String stream = mapping.eventSourceArn();
        return store.streams().shards(stream).stream().allMatch(shard -> {
            BigInteger done = checkpoints
                    .load(mapping.uuid(), shard.shardId())
                    .map(Checkpoint::sequenceNumber)
                    .orElse(BigInteger.ZERO);
            return store.streams()
                    .read(stream, shard.shardId(), done, 1)
                    .records()
                    .isEmpty();
        });
    }

    /** On-failure records go where any client would send them. */
    private static Destinations destinations(Clients clients) {
        return new Destinations() {
            @Override
            public void sendToQueue(String queueArn, String body) {
                String name = queueArn.substring(queueArn.lastIndexOf(':') + 1);
                var sqs = clients.of(SqsClient.class);
                String url = sqs.getQueueUrl(get -> get.queueName(name)).queueUrl();
                sqs.sendMessage(send -> send.queueUrl(url).messageBody(body));
            }

            @Override
            public void publishToTopic(String topicArn, String message) {
                clients.of(SnsClient.class)
                        .publish(publish -> publish.topicArn(topicArn).message(message));
            }

            @Override
            public void putObject(String bucket, String key, String body) {
                clients.of(S3Client.class).putObject(put -> put.bucket(bucket).key(key), RequestBody.fromString(body));
            }
        };
    }

    @Override
    public void close() {
        regions.values().forEach(EventSourceMappings::close);
    }
}
