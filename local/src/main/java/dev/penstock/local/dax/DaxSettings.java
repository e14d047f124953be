package dev.penstock.local.dax;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a DAX server runs.
 *
 * @param port plain port of the first node on 127.0.0.1; 0 chooses a free one
 * @param tlsPort TLS port of the first node; 0 chooses a free one, -1 is none
 * @param nodes nodes in the cluster, 1 to 11; those after the first choose free ports
 * @param recordTtl lifetime in the item cache ({@code record-ttl-millis}); zero: until evicted or written
 * @param queryTtl lifetime in the query cache ({@code query-ttl-millis}); zero: nothing is cached
 * @param cacheBytes memory of the two caches together, half for each, at least 1 MiB
 * @param credentials whose signatures are asked for; null lets everyone in
 * @param directory keeps the TLS key and certificate and what clients remember beyond a restart, made when absent; null: a
 *     new certificate in a temporary folder, and clients must not outlive the server
 */
public record DaxSettings(
        int port,
        int tlsPort,
        int nodes,
        Duration recordTtl,
        Duration queryTtl,
        long cacheBytes,
        @Nullable DaxCredentials credentials,
        @Nullable Path directory,
        DaxLimits limits) {
    public static final int NO_TLS = -1;
    private static final int MAX_NODES = 11;
    private static final long MIN_CACHE = 1 << 20;

    public DaxSettings {
        checkPort("port", port, 0);
        checkPort("TLS port", tlsPort, NO_TLS);
        if (nodes < 1 || nodes > MAX_NODES) {
            throw new IllegalArgumentException("a DAX cluster has 1 to " + MAX_NODES + " nodes; given: " + nodes);
        }
        if (recordTtl.isNegative() || queryTtl.isNegative()) {
            throw new IllegalArgumentException(
                    "a TTL is zero or more; given: record " + recordTtl + ", query " + queryTtl);
        }
        if (cacheBytes < MIN_CACHE) {
            throw new IllegalArgumentException("cache bytes are at least " + MIN_CACHE + "; given: " + cacheBytes);
        }
    }

    private static void checkPort(String name, int port, int least) {
        if (port < least || port > 0xffff) {
            throw new IllegalArgumentException(name + " is " + least + " to 65535; given: " + port);
        }
    }

    /** Ports 8111 and 9111, one node, the TTLs of DAX's default parameter group (5 minutes), 256 MiB, no credentials. */
    public static DaxSettings defaults() {
        Duration ttl = Duration.ofMinutes(5);
        return new DaxSettings(8111, 9111, 1, ttl, ttl, 256 << 20, null, null, DaxLimits.defaults());
    }

    public DaxSettings withPorts(int plain, int tls) {
        return new DaxSettings(plain, tls, nodes, recordTtl, queryTtl, cacheBytes, credentials, directory, limits);
    }

    public DaxSettings withNodes(int count) {
        return new DaxSettings(port, tlsPort, count, recordTtl, queryTtl, cacheBytes, credentials, directory, limits);
    }

    public DaxSettings withTtls(Duration item, Duration query) {
        return new DaxSettings(port, tlsPort, nodes, item, query, cacheBytes, credentials, directory, limits);
    }

    public DaxSettings withCacheBytes(long bytes) {
        return new DaxSettings(port, tlsPort, nodes, recordTtl, queryTtl, bytes, credentials, directory, limits);
    }

    public DaxSettings withCredentials(@Nullable DaxCredentials accepted) {
        return new DaxSettings(port, tlsPort, nodes, recordTtl, queryTtl, cacheBytes, accepted, directory, limits);
    }

    public DaxSettings withDirectory(@Nullable Path folder) {
        return new DaxSettings(port, tlsPort, nodes, recordTtl, queryTtl, cacheBytes, credentials, folder, limits);
    }

    public DaxSettings withLimits(DaxLimits bounds) {
        return new DaxSettings(port, tlsPort, nodes, recordTtl, queryTtl, cacheBytes, credentials, directory, bounds);
    }
}
