package dev.penstock.local.functions;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The versions of all functions, and the aliases that point to them. Threadsafe. */
final class Versions {
    /** By the ARN of the version. */
    private final Map<String, FunctionConfig> versions = new LinkedHashMap<>();

    /** From the ARN of an alias to that of a version. */
    private final Map<String, String> aliases = new LinkedHashMap<>();

    synchronized void put(FunctionConfig function) {
        versions.put(function.versionArn(), function);
    }

    synchronized void alias(String functionArn, String alias, String version) {
        aliases.put(functionArn + ":" + alias, version.equals("$LATEST") ? functionArn : functionArn + ":" + version);
    }

    /** With all versions and aliases. */
    synchronized void remove(String functionArn) {
        versions.values().removeIf(each -> each.arn().equals(functionArn));
        aliases.keySet().removeIf(each -> each.startsWith(functionArn + ":"));
    }

    /** @param function an ARN, with a version or alias if wanted, or a bare name */
    synchronized Optional<FunctionConfig> find(String function) {
        String latest = function.endsWith(":$LATEST") ? function.substring(0, function.length() - 8) : function;
        FunctionConfig found = versions.get(aliases.getOrDefault(latest, latest));
        return found != null
                ? Optional.of(found)
                : versions.values().stream()
                        .filter(each ->
                                each.name().equals(function) && each.arn().equals(each.versionArn()))
                        .findFirst();
    }

    /** @throws IllegalArgumentException when there is no such function */
    synchronized FunctionConfig get(String function) {
        return find(function)
                .orElseThrow(() ->
                        new IllegalArgumentException("no function " + function + "; there are " + versions.keySet()));
    }

    /** Whether a version is still configured like this. */
    synchronized boolean isCurrent(FunctionConfig function) {
        return function.equals(versions.get(function.versionArn()));
    }
}
