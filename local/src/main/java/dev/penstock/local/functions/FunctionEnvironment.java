package dev.penstock.local.functions;

import java.util.List;
import java.util.Map;

/** The environment variables of a function's JVM (AWS docs: "Defined runtime environment variables"). */
final class FunctionEnvironment {
    /** What a JVM needs from the system it runs on; nothing else of the parent's environment leaks into a function. */
    private static final List<String> INHERITED = List.of("PATH", "SystemRoot", "TEMP", "TMP");

    private FunctionEnvironment() {}

    static void fill(
            Map<String, String> variables,
            FunctionConfig function,
            Map<String, String> defaults,
            String runtimeApi,
            String logStream,
            boolean portable) {
        variables.keySet().retainAll(INHERITED);
        variables.put("LANG", "en_US.UTF-8");
        variables.put("TZ", ":UTC");
        variables.putAll(defaults);
        variables.putAll(function.environment());
        variables.put("AWS_REGION", function.region());
        variables.put("AWS_DEFAULT_REGION", function.region());
        variables.put("AWS_EXECUTION_ENV", "AWS_Lambda_java25");
        variables.put("AWS_LAMBDA_RUNTIME_API", runtimeApi);
        variables.put("AWS_LAMBDA_FUNCTION_NAME", function.name());
        variables.put("AWS_LAMBDA_FUNCTION_VERSION", function.version());
        variables.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Integer.toString(function.memoryMb()));
        // The client's checkpoint hooks call its native library, so the portable client can't run them.
        boolean snapStart = function.snapStart() && !portable;
        variables.put("AWS_LAMBDA_INITIALIZATION_TYPE", snapStart ? "snap-start" : "on-demand");
        variables.put("AWS_LAMBDA_LOG_GROUP_NAME", function.logGroup());
        variables.put("AWS_LAMBDA_LOG_STREAM_NAME", logStream);
        variables.put("AWS_LAMBDA_LOG_FORMAT", function.logFormat());
        variables.put("_HANDLER", function.handler());
    }
}
