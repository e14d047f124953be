package dev.penstock.local.wire;

import dev.penstock.local.gateway.AwsError;
import java.lang.reflect.Method;
import java.util.Arrays;

/**
 * The operations that exist on AWS, as the SDK's client interface lists them. Looked up only for an operation that is
 * not simulated: reading an interface loads every class that its methods name, thousands for all services together.
 */
record SdkOperations(Class<?> client) {

    /** What to throw for an operation that is not in a service's table. */
    AwsError missing(String service, String operation) {
        return Arrays.stream(client.getMethods()).anyMatch(method -> isOperation(method, operation))
                ? AwsError.notSimulated(service, operation)
                : new AwsError(400, "UnknownOperationException", "An unknown operation was requested: " + operation);
    }

    private static boolean isOperation(Method method, String operation) {
        return method.getParameterCount() > 0
                && method.getName().equalsIgnoreCase(operation)
                && method.getParameterTypes()[0].getSimpleName().equals(operation + "Request");
    }
}
