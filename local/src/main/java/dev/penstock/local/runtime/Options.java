package dev.penstock.local.runtime;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;
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
 * @param fsync whether each change is forced to the disk before the answer: it then survives a power cut too, not only
 *     the end of the process
 * @param expiryDelay how long after its expiry an item is deleted, zero or more; on AWS it takes up to a few days
 * @param functionIdle how long a function's JVM is kept without work, in real time, more than zero
 * @param onLoaded told, while the data folder is loaded, how many items are in so far
 */
public record Options(
        int port,
        int daxPort,
        @Nullable Path dataDirectory,
        @Nullable URI store,
        @Nullable Path assembly,
        String region,
        InstantSource clock,
        boolean fsync,
        Duration expiryDelay,
        Duration functionIdle,
        Consumer<Long> onLoaded) {

    /** What {@code up} uses when no option is given. */
    public static final int PORT = 4566;
    /** The same for DAX. */
    public static final int DAX_PORT = 8111;

    /** How long a function's JVM is kept without work unless that is set. */
    public static final Duration FUNCTION_IDLE = Duration.ofMinutes(2);

    public Options {
        check("port", port);
        check("DAX port", daxPort);
        if (expiryDelay.isNegative()) {
            throw new IllegalArgumentException("the expiry delay must be zero or more; given: " + expiryDelay);
        }
        if (!functionIdle.isPositive()) {
            throw new IllegalArgumentException(
                    "function JVMs must be kept for more than no time; given: " + functionIdle);
        }
    }

    /** In memory, on free ports, with nothing provisioned: what a test wants. */
    public static Options inMemory() {
        return new Options(
                0,
                0,
                null,
                null,
                null,
                "us-east-1",
                InstantSource.system(),
                false,
                Duration.ZERO,
                FUNCTION_IDLE,
                count -> {});
    }

    public Options withPorts(int gateway, int dax) {
        return new Options(
                gateway,
                dax,
                dataDirectory,
                store,
                assembly,
                region,
                clock,
                fsync,
                expiryDelay,
                functionIdle,
                onLoaded);
    }

    public Options withDataDirectory(@Nullable Path directory) {
        return new Options(
                port, daxPort, directory, store, assembly, region, clock, fsync, expiryDelay, functionIdle, onLoaded);
    }

    public Options withStore(@Nullable URI endpoint) {
        return new Options(
                port,
                daxPort,
                dataDirectory,
                endpoint,
                assembly,
                region,
                clock,
                fsync,
                expiryDelay,
                functionIdle,
                onLoaded);
    }

    public Options withAssembly(@Nullable Path directory) {
        return new Options(
                port,
                daxPort,
                dataDirectory,
                store,
                directory,
                region,
                clock,
                fsync,
                expiryDelay,
                functionIdle,
                onLoaded);
    }

    public Options withRegion(String home) {
        return new Options(
                port, daxPort, dataDirectory, store, assembly, home, clock, fsync, expiryDelay, functionIdle, onLoaded);
    }

    public Options withClock(InstantSource base) {
        return new Options(
                port,
                daxPort,
                dataDirectory,
                store,
                assembly,
                region,
                base,
                fsync,
                expiryDelay,
                functionIdle,
                onLoaded);
    }

    public Options withFsync(boolean isForced) {
        return new Options(
                port,
                daxPort,
                dataDirectory,
                store,
                assembly,
                region,
                clock,
                isForced,
                expiryDelay,
                functionIdle,
                onLoaded);
    }

    public Options withExpiryDelay(Duration delay) {
        return new Options(
                port, daxPort, dataDirectory, store, assembly, region, clock, fsync, delay, functionIdle, onLoaded);
    }

    public Options withFunctionIdle(Duration limit) {
        return new Options(
                port, daxPort, dataDirectory, store, assembly, region, clock, fsync, expiryDelay, limit, onLoaded);
    }

    public Options withLoadProgress(Consumer<Long> progress) {
        return new Options(
                port,
                daxPort,
                dataDirectory,
                store,
                assembly,
                region,
                clock,
                fsync,
                expiryDelay,
                functionIdle,
                progress);
    }

    private static void check(String name, int port) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException(name + " must be 0 to 65535; given: " + port);
        }
    }
}
