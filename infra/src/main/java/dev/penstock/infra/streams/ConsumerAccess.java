package dev.penstock.infra.streams;

import dev.penstock.infra.buckets.BucketsStack;
import dev.penstock.infra.functions.Access;
import dev.penstock.infra.replication.ReplicationTarget;
import dev.penstock.infra.settings.Settings;
import dev.penstock.lambdas.catalog.Access.Archives;
import dev.penstock.lambdas.catalog.Access.Diverts;
import dev.penstock.lambdas.catalog.Access.Reads;
import dev.penstock.lambdas.catalog.Access.Replicates;
import dev.penstock.lambdas.catalog.Access.Scans;
import dev.penstock.lambdas.catalog.Access.SendsMail;
import dev.penstock.lambdas.catalog.Access.Writes;
import dev.penstock.lambdas.catalog.Consumer;
import dev.penstock.lambdas.catalog.Replication;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import software.amazon.awscdk.services.iam.PolicyStatement;

/**
 * Turns what a consumer declares that it needs into statements of its role. Tables and buckets go by name, so the stack
 * of the functions refers to no data but the stream.
 *
 * @param tableArn the ARN of the table of a name, in this account and region
 */
record ConsumerAccess(
        Settings settings,
        String region,
        Optional<UnaryOperator<String>> keyArn,
        UnaryOperator<String> tableArn,
        String identityArn,
        String configurationSetArn) {

    /** Where Lambda puts the records that it gives up on (AWS: Retaining discarded batches, S3). */
    private static final String LAMBDA_FAILURES = "aws/lambda/";

    List<PolicyStatement> of(Consumer consumer, String streamArn) {
        var statements = new ArrayList<PolicyStatement>();
        statements.add(Access.readStream(streamArn));
        statements.add(Access.listStreams(tableArn.apply(settings.name(consumer.source()))));
        statements.addAll(putObjects(BucketsStack.failures(settings, region), LAMBDA_FAILURES));
        var reads = new ArrayList<String>();
        var writes = new ArrayList<String>();
        for (var access : consumer.access()) {
            switch (access) {
                case Reads(String table) -> reads.add(tableArn.apply(settings.name(table)));
                case Scans(String table) ->
                    statements.add(Access.scanItems(List.of(tableArn.apply(settings.name(table)))));
                case Writes(String table) -> writes.add(tableArn.apply(settings.name(table)));
                case SendsMail() -> statements.add(Access.sendMail(identityArn, configurationSetArn));
                case Archives(String prefix) ->
                    statements.addAll(putObjects(BucketsStack.archive(settings, region), prefix));
                case Replicates(Replication replication) -> {
                    var target = new ReplicationTarget(settings, replication);
                    statements.add(Access.putItems(target.tableArn()));
                    statements.addAll(putObjects(BucketsStack.failures(settings, region), "conflicts/"));
                    if (!target.isForeign() && !target.region().equals(region)) {
                        keyArn.ifPresent(key ->
                                statements.add(Access.useKey(key.apply(target.region()), "dynamodb", target.region())));
                    }
                }
                case Diverts() -> statements.addAll(putObjects(BucketsStack.failures(settings, region), "poison/"));
            }
        }
        if (!reads.isEmpty()) {
            statements.add(Access.queryItems(reads));
            statements.add(Access.readItems(reads));
        }
        if (!writes.isEmpty()) {
            statements.add(Access.writeItems(writes));
        }
        keyArn.ifPresent(key -> {
            statements.add(Access.useKey(key.apply(region), "dynamodb", region));
            statements.add(Access.useKey(key.apply(region), "s3", region));
        });
        return statements;
    }

    private static List<PolicyStatement> putObjects(String bucket, String prefix) {
        return Access.putObjects("arn:aws:s3:::" + bucket, prefix).toList();
    }
}
