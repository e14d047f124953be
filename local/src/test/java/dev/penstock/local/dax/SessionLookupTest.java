package dev.penstock.local.dax;

import static dev.penstock.local.dax.Samples.n;
import static dev.penstock.local.dax.Samples.s;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.lambdas.dax.CachedLookup;
import dev.penstock.lambdas.dax.Session;
import dev.penstock.lambdas.dax.SessionLookup;
import dev.penstock.local.clock.MovableClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** The lookup that is deployed, with the plain client and with the official DAX client: the logic is one class. */
@Timeout(120)
class SessionLookupTest {
    private static final String TABLE = "StorefrontSessions";
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    private final MovableClock clock = new MovableClock(InstantSource.fixed(NOW));
    private EmbeddedDynamo dynamo;
    private DaxServer server;
    private DynamoDbClient dax;
    private SessionLookup plain;
    private SessionLookup cached;

    @BeforeEach
    void start() {
        dynamo = new EmbeddedDynamo();
        dynamo.client()
                .createTable(r -> r.tableName(TABLE)
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .attributeDefinitions(AttributeDefinition.builder()
                                .attributeName("sessionId")
                                .attributeType(ScalarAttributeType.S)
                                .build())
                        .keySchema(KeySchemaElement.builder()
                                .attributeName("sessionId")
                                .keyType(KeyType.HASH)
                                .build()));
        server = DaxServer.start(dynamo.client(), DaxSettings.defaults().withPorts(0, DaxSettings.NO_TLS), clock);
        dax = DaxClients.sync(server.url());
        plain = new SessionLookup(dynamo.client(), TABLE, clock);
        cached = new SessionLookup(dax, TABLE, clock);
    }

    @AfterEach
    void stop() {
        dax.close();
        server.close();
        dynamo.close();
    }

    @Test
    void bothClientsFindTheSameSessions() {
        put("valid", n(NOW.plusSeconds(1).getEpochSecond()));
        put("expired", n(NOW.getEpochSecond()));
        put("text", s("tomorrow"));
        put("fraction", n("1795345200.5"));
        Session valid = new Session("valid", "c-1", NOW.plusSeconds(1), "cart");
        for (SessionLookup lookup : List.of(plain, cached)) {
            assertEquals(Optional.of(valid), lookup.find("valid"));
            for (String absent : List.of("expired", "text", "fraction", "nobody")) {
                assertEquals(Optional.empty(), lookup.find(absent), absent);
            }
        }
        assertEquals(5, server.metrics().get("ItemCacheMisses"), "the second lookup went through DAX");
    }

    @Test
    void anExpiredSessionIsAbsentThoughTheCacheStillHoldsIt() {
        put("short", n(NOW.plusSeconds(60).getEpochSecond()));
        assertTrue(cached.find("short").isPresent());
        clock.advance(Duration.ofSeconds(60));
        assertEquals(Optional.empty(), cached.find("short"));
        assertEquals(1, server.metrics().get("ItemCacheHits"));
    }

    @Test
    void whenDaxIsDownSomeReadsASecondGoToTheTableAndTheOthersAreTurnedAway() {
        put("kept", n(NOW.plusSeconds(3600).getEpochSecond()));
        CachedLookup lookup = new CachedLookup(cached::find, plain::find, clock);
        assertTrue(lookup.find("kept").isPresent());
        assertEquals(1, server.metrics().get("ItemCacheMisses"));

        server.stopNode(0);
        for (int i = 0; i < CachedLookup.DIRECT_READS_PER_SECOND; i++) {
            assertTrue(lookup.find("kept").isPresent());
        }
        assertThrows(CachedLookup.UnavailableException.class, () -> lookup.find("kept"));
        clock.advance(Duration.ofSeconds(1));
        assertTrue(lookup.find("kept").isPresent(), "the next second has reads of its own");
    }

    private void put(String id, AttributeValue expiresAt) {
        Map<String, AttributeValue> item = new HashMap<>(
                Map.of("sessionId", s(id), "customerId", s("c-1"), "expiresAt", expiresAt, "data", s("cart")));
        dynamo.client().putItem(r -> r.tableName(TABLE).item(item));
    }
}
