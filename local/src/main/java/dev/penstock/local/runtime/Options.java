package dev.penstock.local.runtime;

import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * How a runtime is started.
 *
 * @param port of the gateway; 0 picks a free one
 * @param daxPort of the plain DAX endpoint; 0 picks a free one
 * @param dataDirectory where data lives; {@code null}: in memory only
 * @param store a DynamoDB-compatible endpoint to work in front of; {@code null}: the embedded engine
 * @param assembly the synthesized cloud assembly to provision; {@code null}: nothing, tables are made by hand
 * @param region the home region
 * @param clock the base that the movable clock starts from
 */
public record Options(
        int port,
        int daxPort,
        @Nullable Path dataDirectory,
        @Nullable URI store,
        @Nullable Path assembly,
        String region,
        InstantSource clock) {

    /** What {@code up} uses when no option is given. */
    public static final int PORT = 4566;
    /** The same for DAX. */
    public static final int DAX_PORT = 8111;

    public Options {
        check("port", port);
        check("DAX port", daxPort);
    }

    /** In memory, on free ports, with nothing provisioned: what a test wants. */
    public static Options inMemory() {
        return new Options(0, 0, null, null, null, "us-east-1", InstantSource.system());
    }

    public Options withPorts(int gateway, int dax) {
        return new Options(gateway, dax, dataDirectory, store, assembly, region, clock);
    }

    public Options withDataDirectory(@Nullable Path directory) {
        return new Options(port, daxPort, directory, store, assembly, region, clock);
    }

    public Options withStore(@Nullable URI endpoint) {
        return new Options(port, daxPort, dataDirectory, endpoint, assembly, region, clock);
    }

    public Options withAssembly(@Nullable Path directory) {
        return new Options(port, daxPort, dataDirectory, store, directory, region, clock);
    }

    public Options withRegion(String home) {
        return new Options(port, daxPort, dataDirectory, store, assembly, home, clock);
    }

    public Options withClock(InstantSource base) {
        return new Options(port, daxPort, dataDirectory, store, assembly, region, base);
    }

    private static void check(String name, int port) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException(name + " must be 0 to 65535; given: " + port);
        }
    }
}
