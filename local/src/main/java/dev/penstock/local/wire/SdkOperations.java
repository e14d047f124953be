package dev.penstock.local.wire;

import dev.penstock.local.gateway.AwsError;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/** The operations that exist on AWS, as the SDK's client interface lists them. */
final class SdkOperations {
    private SdkOperations() {}

    static Set<String> of(Class<?> sdkClient) {
        return Arrays.stream(sdkClient.getMethods())
                .filter(method -> method.getParameterCount() > 0)
                .filter(method -> operation(method).equals(requestOf(method)))
                .map(SdkOperations::operation)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** What to throw for an operation that is not in a service's table. */
    static AwsError missing(String service, String operation, Set<String> onAws) {
        return onAws.contains(operation)
                ? AwsError.notSimulated(service, operation)
                : new AwsError(400, "UnknownOperationException", "An unknown operation was requested: " + operation);
    }

    private static String operation(Method method) {
        String name = method.getName();
        return Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    private static String requestOf(Method method) {
        String type = method.getParameterTypes()[0].getSimpleName();
        return type.endsWith("Request") ? type.substring(0, type.length() - "Request".length()) : "";
    }
}
