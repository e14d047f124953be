package dev.penstock.local.gateway;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.regions.Region;

/** A gateway on a free port and official clients for it, for the tests of services. */
public final class LocalClients implements AutoCloseable {
    private final Gateway gateway =
            Gateway.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "us-east-1");

    public LocalClients(Service... services) {
        for (Service service : services) {
            gateway.add(service);
        }
    }

    public Gateway gateway() {
        return gateway;
    }

    /** A client of the home region: {@code clients.of(S3Client.builder())}. */
    public <B extends AwsClientBuilder<B, C>, C> C of(B builder) {
        return of(builder, "us-east-1");
    }

    public <B extends AwsClientBuilder<B, C>, C> C of(B builder, String region) {
        return builder.endpointOverride(gateway.endpoint())
                .region(Region.of(region))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("AKID", "secret")))
                .build();
    }

    @Override
    public void close() {
        gateway.close();
    }
}
