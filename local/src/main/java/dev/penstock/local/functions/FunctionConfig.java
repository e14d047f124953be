package dev.penstock.local.functions;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What it takes to run a function.
 *
 * @param name unqualified
 * @param arn unqualified
 * @param version {@code $LATEST} or the number of the published version that runs
 * @param handler {@code package.Class::method} or {@code package.Class}
 * @param code a zip (or jar) as it would be uploaded, or a directory that holds what such a zip holds
 * @param environment the function's own variables; they win over the runtime's defaults
 * @param timeout 1 second to 15 minutes
 * @param memoryMb 128 to 10,240; the heap gets 85 % of it
 * @param reservedConcurrency {@code null} for none; 0 throttles every invocation
 * @param snapStart runs the CRaC hooks before the first invocation, as SnapStart does when a version is published
 * @param logFormat {@code Text} or {@code JSON}
 */
public record FunctionConfig(
        String name,
        String arn,
        String version,
        String handler,
        Path code,
        Map<String, String> environment,
        Duration timeout,
        int memoryMb,
        String region,
        @Nullable Integer reservedConcurrency,
        boolean snapStart,
        String logGroup,
        String logFormat) {

    /** @throws IllegalArgumentException when timeout or memory is out of Lambda's range */
    public FunctionConfig {
        environment = Map.copyOf(environment);
        if (timeout.compareTo(Duration.ofSeconds(1)) < 0 || timeout.compareTo(Duration.ofMinutes(15)) > 0) {
            throw new IllegalArgumentException(
                    "timeout of function " + name + " must be 1 to 900 seconds; given: " + timeout.toSeconds());
        }
        if (memoryMb < 128 || memoryMb > 10_240) {
            throw new IllegalArgumentException(
                    "memory of function " + name + " must be 128 to 10240 MB; given: " + memoryMb);
        }
    }

    /** The ARN that names exactly this version; that of {@code $LATEST} has no qualifier. */
    public String versionArn() {
        return version.equals("$LATEST") ? arn : arn + ":" + version;
    }

    /** A function with Lambda's defaults: 3 seconds, 128 MB, plain text logs, no reserved concurrency. */
    public static FunctionConfig of(String name, String region, String handler, Path code) {
        return new FunctionConfig(
                name,
                "arn:aws:lambda:" + region + ":000000000000:function:" + name,
                "$LATEST",
                handler,
                code,
                Map.of(),
                Duration.ofSeconds(3),
                128,
                region,
                null,
                false,
                "/aws/lambda/" + name,
                "Text");
    }

    /** The same with other limits and variables. */
    public FunctionConfig with(Duration newTimeout, int newMemoryMb, Map<String, String> newEnvironment) {
        return changed(change -> {
            change.timeout = newTimeout;
            change.memoryMb = newMemoryMb;
            change.environment = newEnvironment;
        });
    }

    /** The same with reserved concurrency. */
    public FunctionConfig withReservedConcurrency(int concurrency) {
        return changed(change -> change.reservedConcurrency = concurrency);
    }

    /** The same as the published version of that number. */
    public FunctionConfig version(String number) {
        return changed(change -> change.version = number);
    }

    /** The same with logs in JSON. */
    public FunctionConfig withJsonLogs() {
        return changed(change -> change.logFormat = "JSON");
    }

    /** The same with SnapStart's life cycle. */
    public FunctionConfig withSnapStart() {
        return changed(change -> change.snapStart = true);
    }

    private FunctionConfig changed(Consumer<Change> how) {
        Change change = new Change(this);
        how.accept(change);
        return new FunctionConfig(
                name,
                arn,
                change.version,
                handler,
                code,
                change.environment,
                change.timeout,
                change.memoryMb,
                region,
                change.reservedConcurrency,
                change.snapStart,
                logGroup,
                change.logFormat);
    }

    /** The members that a copy may differ in. */
    private static final class Change {
        private String version;
        private Map<String, String> environment;
        private Duration timeout;
        private int memoryMb;
        private @Nullable Integer reservedConcurrency;
        private boolean snapStart;
        private String logFormat;

        Change(FunctionConfig of) {
            version = of.version;
            environment = of.environment;
            timeout = of.timeout;
            memoryMb = of.memoryMb;
            reservedConcurrency = of.reservedConcurrency;
            snapStart = of.snapStart;
            logFormat = of.logFormat;
        }
    }
}
