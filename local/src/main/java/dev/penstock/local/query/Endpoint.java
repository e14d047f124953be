package dev.penstock.local.query;

import dev.penstock.local.clients.Clients;
import java.net.URI;
import picocli.CommandLine.Option;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.s3.S3Client;

/** Options of commands that talk to a running runtime. */
final class Endpoint implements AutoCloseable {
    @Option(names = "--endpoint", paramLabel = "URL", description = "the running runtime (default: ${DEFAULT-VALUE})")
    private URI endpoint = URI.create("http://localhost:4566");

    @Option(names = "--region", paramLabel = "REGION", description = "region (default: ${DEFAULT-VALUE})")
    private String region = "us-east-1";

    private @org.jspecify.annotations.Nullable Clients clients;

    private synchronized Clients clients() {
        if (clients == null) {
            clients = new Clients(endpoint, region);
        }
        return clients;
    }

    DynamoDbClient dynamodb() {
        return clients().of(DynamoDbClient.class);
    }

    S3Client s3() {
        return clients().of(S3Client.class);
    }

    GlueClient glue() {
        return clients().of(GlueClient.class);
    }

    Location location(String text) {
        return Location.of(text, this::s3);
    }

    @Override
    public synchronized void close() {
        if (clients != null) {
            clients.close();
        }
    }
}
