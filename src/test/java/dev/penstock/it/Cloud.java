package dev.penstock.it;

import dev.penstock.local.clients.Clients;
import java.net.URI;

/**
 * What a scenario runs against. All that differs between them is the endpoint.
 *
 * @param isLocal whether it is Penstock's own runtime
 */
record Cloud(String name, boolean isLocal, Clients clients) implements AutoCloseable {

    static Cloud at(String name, boolean isLocal, URI endpoint) {
        return new Cloud(name, isLocal, new Clients(endpoint, "us-east-1"));
    }

    @Override
    public void close() {
        clients.close();
    }

    @Override
    public String toString() {
        return name;
    }
}
