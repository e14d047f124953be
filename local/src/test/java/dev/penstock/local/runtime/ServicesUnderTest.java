package dev.penstock.local.runtime;

import dev.penstock.local.clients.Clients;
import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.gateway.Gateway;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.core.SdkClient;

/** The services on a gateway of their own, in memory, at noon of a fixed day, with official clients. */
public final class ServicesUnderTest implements AutoCloseable {
    public static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");

    private final MovableClock clock = new MovableClock(InstantSource.fixed(NOON));
    private final Map<String, Clients> clients = new ConcurrentHashMap<>();
    private final Gateway gateway =
            Gateway.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "us-east-1");
    private final AwsServices services = AwsServices.open(gateway, clock, null, this::clients);

    public Gateway gateway() {
        return gateway;
    }

    public AwsServices services() {
        return services;
    }

    public MovableClock clock() {
        return clock;
    }

    public Clients clients(String region) {
        return clients.computeIfAbsent(region, name -> new Clients(gateway.endpoint(), name));
    }

    /** A client of the home region. */
    public <C extends SdkClient> C client(Class<C> type) {
        return clients("us-east-1").of(type);
    }

    @Override
    public void close() {
        clients.values().forEach(Clients::close);
        services.close();
        gateway.close();
    }
}
