package dev.penstock.lambdas.dax;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.dax.ClusterDaxClient;
import software.amazon.dax.Configuration;

/**
 * The connection to a DAX cluster. A DAX client connects when it is built, so under SnapStart it must not be built in init:
 * a cluster out of reach would fail the publishing of the version, and threads and sockets do not survive a snapshot. It is
 * built after the restore instead. A failed try is repeated later, not by every call.
 */
final class DaxConnection implements Resource {

    /** Half of the 10 seconds that Lambda gives to all that runs after a restore. */
    private static final int CONNECT_MILLIS = 5_000;

    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(10);

    private final String url;
    private final String region;
    private final InstantSource clock;
    private Instant nextTry = Instant.MIN;
    private @Nullable DynamoDbClient client;

    private DaxConnection(String url, String region, InstantSource clock) {
        this.url = url;
        this.region = region;
        this.clock = clock;
    }

    /**
     * The connection, made now or, under SnapStart, after the restore.
     *
     * @param url {@code daxs://} for TLS, {@code dax://} for plain
     */
    static DaxConnection to(String url, String region, InstantSource clock, boolean snapStart) {
        var connection = new DaxConnection(url, region, clock);
        if (snapStart) {
            Core.getGlobalContext().register(connection);
        } else {
            connection.connect();
        }
        return connection;
    }

    /**
     * The client.
     *
     * @throws SdkClientException if the cluster does not answer
     */
    synchronized DynamoDbClient client() {
        if (client == null && !clock.instant().isBefore(nextTry)) {
            connect();
        }
        if (client == null) {
            throw SdkClientException.create("DAX at %s does not answer".formatted(url));
        }
        return client;
    }

    @Override
    public void beforeCheckpoint(Context<? extends Resource> context) {
        // Nothing is open yet.
    }

    @Override
    public void afterRestore(Context<? extends Resource> context) {
        connect();
    }

    /** Not being able to connect is no reason to fail the start: calls then take the direct way. */
    private synchronized void connect() {
        try {
            client = ClusterDaxClient.builder()
                    .overrideConfiguration(Configuration.builder()
                            .url(url)
                            .region(Region.of(region))
                            .connectTimeoutMillis(CONNECT_MILLIS)
                            .requestTimeoutMillis(CONNECT_MILLIS)
                            .build())
                    .build();
        } catch (IOException | RuntimeException e) {
            nextTry = clock.instant().plus(BETWEEN_TRIES);
            System.getLogger(DaxConnection.class.getName())
                    .log(System.Logger.Level.WARNING, "DAX at %s does not answer".formatted(url), e);
        }
    }
}
