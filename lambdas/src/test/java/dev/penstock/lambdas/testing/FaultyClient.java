package dev.penstock.lambdas.testing;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbRequest;

/** A real client whose calls can fail before or after they take effect, or be changed on their way. */
public final class FaultyClient {
    private FaultyClient() {}

    /** What happens around a call. */
    public interface Around {
        /** Throws to fail the call before it takes effect. */
        default void before(String operation) {}

        /** Throws to lose the answer of a call that took effect. */
        default void after(String operation) {}
    }

    /** The process died. */
    public static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    public static DynamoDbClient wrap(DynamoDbClient client, Around around, UnaryOperator<DynamoDbRequest> change) {
        return (DynamoDbClient) Proxy.newProxyInstance(
                FaultyClient.class.getClassLoader(), new Class<?>[] {DynamoDbClient.class}, (proxy, method, args) -> {
                    boolean operation = args != null && args.length == 1 && args[0] instanceof DynamoDbRequest;
                    try {
                        if (method.isDefault() && !operation) {
                            // Consumer-builder forms end in the plain form, which comes back here.
                            return InvocationHandler.invokeDefault(proxy, method, args);
                        }
                        if (!operation) {
                            return method.invoke(client, args);
                        }
                        around.before(method.getName());
                        Object answer = method.invoke(client, change.apply((DynamoDbRequest) args[0]));
                        around.after(method.getName());
                        return answer;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
