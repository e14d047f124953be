package dev.penstock.infra.replication;

import dev.penstock.infra.settings.Settings;
import dev.penstock.lambdas.catalog.Environment;
import dev.penstock.lambdas.catalog.Replication;
import java.util.Map;
import java.util.Optional;

/** Where a replication's target is in a stage. */
public record ReplicationTarget(Settings settings, Replication replication) {

    /** The account of the target: the stage's own unless the replication names another. */
    public String account() {
        return Optional.ofNullable(replication.account()).orElse(settings.account());
    }

    public String region() {
        return replication.region();
    }

    /** Whether another account owns the target, so that its resource policy has to admit the function. */
    public boolean isForeign() {
        return !account().equals(settings.account());
    }

    public String tableName() {
        return settings.name(replication.target());
    }

    public String tableArn() {
        return "arn:aws:dynamodb:%s:%s:table/%s".formatted(region(), account(), tableName());
    }

    /** What the function is told. */
    public Map<String, String> environment() {
        return Map.of(
                Environment.TARGET_ORIGIN, "%s/%s/%s".formatted(region(), account(), tableName()),
                Environment.TARGET_REGION, region(),
                Environment.TARGET_TABLE, isForeign() ? tableArn() : tableName());
    }
}
