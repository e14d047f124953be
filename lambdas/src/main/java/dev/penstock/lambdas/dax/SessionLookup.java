package dev.penstock.lambdas.dax;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Finds a session. It knows {@link DynamoDbClient} only: whether that is a DAX client or the plain one changes nothing
 * here.
 */
public final class SessionLookup {

    private final DynamoDbClient client;
    private final String table;
    private final InstantSource clock;

    /** Looks in {@code table}, a physical name. */
    public SessionLookup(DynamoDbClient client, String table, InstantSource clock) {
        this.client = client;
        this.table = table;
        this.clock = clock;
    }

    /**
     * The session, if it exists and has not expired. TTL deletes an expired item days later, and a cache may hold it
     * longer still, so the reader decides.
     *
     * @throws software.amazon.awssdk.core.exception.SdkException if the table or the cache can't be read
     */
    public Optional<Session> find(String sessionId) {
        var response = client.getItem(
                request -> request.tableName(table).key(Map.of("sessionId", AttributeValue.fromS(sessionId))));
        return response.hasItem() ? session(response.item()).filter(this::isValid) : Optional.empty();
    }

    private boolean isValid(Session session) {
        return session.expiresAt().isAfter(clock.instant());
    }

    /** An item without an expiry that can be read is no session: better to sign in again than to stay for ever. */
    private static Optional<Session> session(Map<String, AttributeValue> item) {
        return number(item.get("expiresAt"))
                .map(expiresAt -> new Session(
                        text(item.get("sessionId")), text(item.get("customerId")), expiresAt, text(item.get("data"))));
    }

    private static String text(@Nullable AttributeValue value) {
        return value == null || value.s() == null ? "" : value.s();
    }

    private static Optional<Instant> number(@Nullable AttributeValue value) {
        if (value == null || value.n() == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Instant.ofEpochSecond(new BigDecimal(value.n()).longValueExact()));
        } catch (ArithmeticException | DateTimeException e) {
            return Optional.empty();
        }
    }
}
