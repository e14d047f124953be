package dev.penstock.infra.streams;

import dev.penstock.infra.buckets.BucketsStack;
import dev.penstock.infra.email.EmailStack;
import dev.penstock.infra.replication.ReplicationTarget;
import dev.penstock.infra.settings.Settings;
import dev.penstock.lambdas.catalog.Consumer;
import dev.penstock.lambdas.catalog.Environment;
import java.util.SortedMap;
import java.util.TreeMap;

/** The environment variables of a consumer's function: only those that it needs. */
final class ConsumerEnvironment {

    private ConsumerEnvironment() {}

    static SortedMap<String, String> of(Consumer consumer, Settings settings, String region) {
        var variables = new TreeMap<String, String>();
        variables.put(Environment.CONSUMER, consumer.name());
        variables.put(Environment.TABLE_PREFIX, settings.name(""));
        variables.put(Environment.FAILURE_BUCKET, BucketsStack.failures(settings, region));
        consumer.replication()
                .ifPresent(replication -> variables.putAll(new ReplicationTarget(settings, replication).environment()));
        if (consumer.archives()) {
            variables.put(Environment.ARCHIVE_BUCKET, BucketsStack.archive(settings, region));
        }
        if (consumer.activity() == Consumer.Activity.ACTIVE_REGION
                && settings.activity().moved()) {
            variables.put(Environment.ACTIVE_WINDOWS, settings.activity().windows(region));
        }
        if (consumer.sendsMail()) {
            variables.put(Environment.SENDER, settings.mailFrom());
            variables.put(Environment.CONFIGURATION_SET, EmailStack.configurationSet(settings));
        }
        return variables;
    }
}
