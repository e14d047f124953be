package dev.penstock.local.clients;

import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsAsyncClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * Official SDK clients for one endpoint and region, each made when it is first asked for and closed with this object.
 *
 * <p>Any client of the SDK for Java v2 works: {@code clients.of(DynamoDbClient.class)},
 * {@code clients.of(SqsAsyncClient.class)}. Threadsafe.
 */
public final class Clients implements AutoCloseable {
    /** Any credentials are taken locally. */
    public static final StaticCredentialsProvider CREDENTIALS =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));

    private final URI endpoint;
    private final String region;
    private final Map<Class<?>, SdkClient> clients = new ConcurrentHashMap<>();

    public Clients(URI endpoint, String region) {
        this.endpoint = endpoint;
        this.region = region;
    }

    public URI endpoint() {
        return endpoint;
    }

    public String region() {
        return region;
    }

    /**
     * The client of that type.
     *
     * @throws IllegalArgumentException when {@code type} is no client interface of the SDK
     */
    public <C extends SdkClient> C of(Class<C> type) {
        return type.cast(clients.computeIfAbsent(type, this::make));
    }

    private SdkClient make(Class<?> type) {
        if (!(builder(type) instanceof AwsClientBuilder<?, ?> builder)) {
            throw new IllegalArgumentException(type.getName() + " has no client builder of the AWS SDK for Java v2");
        }
        builder.endpointOverride(endpoint).region(Region.of(region)).credentialsProvider(CREDENTIALS);
        switch (builder) {
            case S3ClientBuilder s3 -> s3.forcePathStyle(true).httpClientBuilder(UrlConnectionHttpClient.builder());
            case AwsSyncClientBuilder<?, ?> sync -> sync.httpClientBuilder(UrlConnectionHttpClient.builder());
            case AwsAsyncClientBuilder<?, ?> async -> async.httpClientBuilder(NettyNioAsyncHttpClient.builder());
            default -> throw new IllegalArgumentException(type.getName() + " is neither a sync nor an async client");
        }
        return (SdkClient) builder.build();
    }

    private static Object builder(Class<?> type) {
        try {
            return type.getMethod("builder").invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(type.getName() + " is no client interface: it has no builder()", e);
        }
    }

    @Override
    public void close() {
        clients.values().forEach(SdkClient::close);
        clients.clear();
    }
}
