package dev.penstock.local.dax;

import static dev.penstock.local.dax.Samples.n;
import static dev.penstock.local.dax.Samples.s;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.dax.exceptions.AmbiguousWriteFailureException;

/** Reads and writes that cross each other, and answers of the store that get lost, leave no stale item behind. */
@Timeout(60)
class RacesTest {
    /** Runs around a call to the real store; null is the plain call. */
    interface Around {
        Object call(Object request, Callable<Object> call) throws Exception;
    }

    private final AtomicReference<Around> around = new AtomicReference<>();
    private EmbeddedDynamo dynamo;
    private DaxServer server;
    private DynamoDbClient dax;

    @BeforeEach
    void start() {
        dynamo = new EmbeddedDynamo();
        server = DaxServer.start(
                intercepted(), DaxSettings.defaults().withPorts(0, DaxSettings.NO_TLS), InstantSource.system());
        dax = DaxClients.sync(server.url());
    }

    @AfterEach
    void stop() {
        dax.close();
        server.close();
        dynamo.close();
    }

    private DynamoDbClient intercepted() {
        return (DynamoDbClient) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DynamoDbClient.class}, (proxy, method, arguments) -> {
                    Callable<Object> call = () -> {
                        try {
                            return method.invoke(dynamo.client(), arguments);
                        } catch (InvocationTargetException e) {
                            throw (Exception) e.getCause();
                        }
                    };
                    Around now = around.get();
                    return now == null || arguments == null ? call.call() : now.call(arguments[0], call);
                });
    }

    @Test
    void whatWasReadBeforeAWriteIsNotCachedAfterIt() throws Exception {
        dynamo.client().putItem(r -> r.tableName("Sessions").item(item(1)));
        CountDownLatch read = new CountDownLatch(1);
        CountDownLatch written = new CountDownLatch(1);
        around.set((request, call) -> {
            Object answer = call.call();
            if (request instanceof GetItemRequest) {
                read.countDown();
                assertTrue(written.await(20, TimeUnit.SECONDS));
            }
            return answer;
        });
        CompletableFuture<Integer> slowRead = CompletableFuture.supplyAsync(this::get);
        assertTrue(read.await(20, TimeUnit.SECONDS));
        dax.putItem(r -> r.tableName("Sessions").item(item(2)));
        written.countDown();
        assertEquals(1, slowRead.get(20, TimeUnit.SECONDS), "the read began before the write");
        assertEquals(2, get(), "and did not overwrite what the write cached");
    }

    @Test
    void writesToOneKeyAreCachedInTheStoresOrder() throws Exception {
        for (int round = 0; round < 20; round++) {
            CompletableFuture<?>[] writes = new CompletableFuture<?>[4];
            for (int i = 0; i < writes.length; i++) {
                int value = round * 10 + i;
                writes[i] = CompletableFuture.runAsync(
                        () -> dax.putItem(r -> r.tableName("Sessions").item(item(value))));
            }
            CompletableFuture.allOf(writes).get(30, TimeUnit.SECONDS);
            Map<String, AttributeValue> stored = dynamo.client()
                    .getItem(r -> r.tableName("Sessions").key(key()))
                    .item();
            assertEquals(Integer.parseInt(stored.get("v").n()), get());
        }
    }

    @Test
    void aWriteWhoseAnswerGotLostIsNotHiddenByTheCache() {
        dax.putItem(r -> r.tableName("Sessions").item(item(1)));
        around.set((request, call) -> {
            Object answer = call.call();
            if (request instanceof PutItemRequest) {
                throw DaxErrors.error("InternalServerError", 500, "the answer was lost");
            }
            return answer;
        });
        assertThrows(
                AmbiguousWriteFailureException.class,
                () -> dax.putItem(r -> r.tableName("Sessions").item(item(2))));
        around.set(null);
        assertEquals(2, get());
    }

    private int get() {
        return Integer.parseInt(dax.getItem(r -> r.tableName("Sessions").key(key()))
                .item()
                .get("v")
                .n());
    }

    private static Map<String, AttributeValue> key() {
        return Map.of("id", s("race"));
    }

    private static Map<String, AttributeValue> item(int value) {
        return Map.of("id", s("race"), "v", n(value));
    }
}
