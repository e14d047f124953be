package dev.penstock.local.demo;

import dev.penstock.local.clients.Clients;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** DynamoDB clients of several regions at one endpoint, closed together. Not threadsafe. */
final class RegionClients implements AutoCloseable {
    private final URI endpoint;
    private final Map<String, Clients> clients = new HashMap<>();

    RegionClients(URI endpoint) {
        this.endpoint = endpoint;
    }

    DynamoDbClient of(String region) {
        return clients.computeIfAbsent(region, name -> new Clients(endpoint, name))
                .of(DynamoDbClient.class);
    }

    @Override
    public void close() {
        clients.values().forEach(Clients::close);
    }
}
