package dev.penstock.lambdas.verify;

import java.lang.reflect.Proxy;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** A client that must not be used. */
final class NoReads {
    private NoReads() {}

    static DynamoDbClient client() {
        return (DynamoDbClient) Proxy.newProxyInstance(
                NoReads.class.getClassLoader(), new Class<?>[] {DynamoDbClient.class}, (proxy, method, given) -> {
                    throw new IllegalStateException("nothing differs, so nothing is read: " + method);
                });
    }
}
