package dev.penstock.local.counting;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicLong;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * A client that counts what its calls cost by AWS's rules ("DynamoDB read and write operations" of the developer guide):
 * items here are below 1 KB, so a write is 1 unit, an action of a transaction 2, a consistent read 1, and so is a
 * consistent query, whose answers here are below 4 KB; a condition that fails is paid too. It can die in the middle, as a function does. Threadsafe.
 */
final class Meter {
    private final AtomicLong calls = new AtomicLong();
    private final AtomicLong units = new AtomicLong();
    private final AtomicLong writesToDeath = new AtomicLong(Long.MAX_VALUE);

    /** The function's process died. */
    static final class Death extends Error {
        private static final long serialVersionUID = 1L;
    }

    DynamoDbClient wrap(DynamoDbClient client) {
        return (DynamoDbClient) Proxy.newProxyInstance(
                Meter.class.getClassLoader(), new Class<?>[] {DynamoDbClient.class}, (proxy, method, arguments) -> {
                    boolean isCall =
                            arguments != null && arguments.length == 1 && arguments[0] instanceof DynamoDbRequest;
                    try {
                        if (!isCall) {
                            return method.isDefault()
                                    ? InvocationHandler.invokeDefault(proxy, method, arguments)
                                    : method.invoke(client, arguments);
                        }
                        DynamoDbRequest request = (DynamoDbRequest) arguments[0];
                        calls.incrementAndGet();
                        units.addAndGet(units(request));
                        Object answer = method.invoke(client, request);
                        if (!isRead(request) && writesToDeath.decrementAndGet() < 0) {
                            throw new Death();
                        }
                        return answer;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** Lets so many writes be answered; the next one takes effect, but its answer finds nobody alive. */
    void dieAfter(long writes) {
        writesToDeath.set(writes);
    }

    void live() {
        writesToDeath.set(Long.MAX_VALUE);
    }

    long calls() {
        return calls.get();
    }

    long units() {
        return units.get();
    }

    void reset() {
        calls.set(0);
        units.set(0);
    }

    private static boolean isRead(DynamoDbRequest request) {
        return request instanceof GetItemRequest || request instanceof QueryRequest;
    }

    private static long units(DynamoDbRequest request) {
        return switch (request) {
            case PutItemRequest ignored -> 1;
            case UpdateItemRequest ignored -> 1;
            case DeleteItemRequest ignored -> 1;
            case GetItemRequest ignored -> 1;
            case QueryRequest ignored -> 1;
            case TransactWriteItemsRequest transaction ->
                2L * transaction.transactItems().size();
            default ->
                throw new IllegalArgumentException(
                        "not known what a " + request.getClass().getSimpleName() + " costs");
        };
    }
}
