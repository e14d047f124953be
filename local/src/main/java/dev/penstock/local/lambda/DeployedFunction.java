package dev.penstock.local.lambda;

import dev.penstock.local.functions.FunctionConfig;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.AliasConfiguration;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.SnapStartApplyOn;
import software.amazon.awssdk.services.lambda.model.SnapStartOptimizationStatus;

/** A function with its published versions and aliases. Guarded by {@link FunctionOperations}. */
final class DeployedFunction {
    final String region;
    Version latest;
    final Map<Integer, Version> versions = new TreeMap<>();
    final Map<String, AliasConfiguration> aliases = new LinkedHashMap<>();

    @Nullable
    Integer reservedConcurrency;

    /** Code and settings that belong together. */
    record Version(FunctionConfiguration configuration, FunctionCode code) {}

    DeployedFunction(String region, Version latest) {
        this.region = region;
        this.latest = latest;
    }

    String arn() {
        return latest.configuration().functionArn();
    }

    /** The version a qualifier stands for, {@code null} if there is none. */
    @Nullable
    Version find(@Nullable String qualifier) {
        if (qualifier == null || qualifier.equals("$LATEST")) {
            return latest;
        }
        AliasConfiguration alias = aliases.get(qualifier);
        String version = alias == null ? qualifier : alias.functionVersion();
        if (version.equals("$LATEST")) {
            return latest;
        }
        return version.matches("[0-9]{1,9}") ? versions.get(Integer.parseInt(version)) : null;
    }

    /** The next version: what is there now under a number of its own. */
    Version publish(String description) {
        Version last = versions.isEmpty() ? null : versions.get(versions.size());
        if (last != null
                && last.code().equals(latest.code())
                && last.configuration()
                        .revisionId()
                        .equals(latest.configuration().revisionId())) {
            return last;
        }
        int number = versions.size() + 1;
        boolean snapStart = latest.configuration().snapStart().applyOn() == SnapStartApplyOn.PUBLISHED_VERSIONS;
        Version published = new Version(
                latest.configuration().toBuilder()
                        .version(Integer.toString(number))
                        .functionArn(arn() + ":" + number)
                        .description(description)
                        .snapStart(snap -> snap.applyOn(
                                        latest.configuration().snapStart().applyOn())
                                .optimizationStatus(
                                        snapStart ? SnapStartOptimizationStatus.ON : SnapStartOptimizationStatus.OFF))
                        .build(),
                latest.code());
        versions.put(number, published);
        return published;
    }

    /** What it takes to run a version. */
    FunctionConfig runnable(Version version) {
        FunctionConfiguration settings = version.configuration();
        boolean snapStart = settings.snapStart().optimizationStatus() == SnapStartOptimizationStatus.ON;
        return new FunctionConfig(
                settings.functionName(),
                arn(),
                settings.version(),
                settings.handler(),
                version.code().file(),
                settings.environment() == null
                        ? Map.of()
                        : settings.environment().variables(),
                Duration.ofSeconds(settings.timeout()),
                settings.memorySize(),
                region,
                reservedConcurrency,
                snapStart,
                settings.loggingConfig().logGroup(),
                settings.loggingConfig().logFormatAsString());
    }
}
