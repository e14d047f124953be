package dev.penstock.infra.replication;

import dev.penstock.infra.settings.Settings;
import dev.penstock.infra.settings.StageStack;
import dev.penstock.infra.streams.Consumers;
import dev.penstock.lambdas.catalog.Consumer;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import software.constructs.Construct;

/** The functions that replicate, apart from the other consumers: what depends on another region fails by itself. */
public final class ReplicationStack extends StageStack {

    /** What the name of every role of this stack begins with: a target in another account admits these. */
    public static String rolePrefix(Settings settings) {
        return settings.prefix() + "Replication";
    }

    /**
     * Defines the replicators of a region.
     *
     * @param streamArn the stream of a table in this region, for the stack that reads it
     * @param keyArn the ARN of the data key in a region
     */
    public ReplicationStack(
            Construct scope,
            Settings settings,
            String region,
            List<Consumer> replicators,
            BiFunction<StageStack, String, String> streamArn,
            Optional<UnaryOperator<String>> keyArn) {
        super(scope, "Replication", settings, region, "The functions that keep tables of other regions and accounts");
        Consumers.define(this, settings, region, replicators, streamArn, keyArn, "replication");
    }
}
