package dev.penstock.infra.regions;

import dev.penstock.infra.settings.Settings;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.customresources.AwsCustomResource;
import software.amazon.awscdk.customresources.AwsCustomResourcePolicy;
import software.amazon.awscdk.customresources.AwsSdkCall;
import software.amazon.awscdk.customresources.PhysicalResourceId;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.constructs.Construct;

/**
 * The stream of a replica. CloudFormation gives the ARN of the primary's stream only, and the CDK fills in a wildcard for a
 * replica, which no event source mapping accepts: so the stack asks DynamoDB.
 */
public final class ReplicaStream extends Construct {

    private final AwsCustomResource table;

    /** Looks up {@code table}, a name of the catalog, in the stack's region when it is deployed. */
    public ReplicaStream(Construct scope, Settings settings, String table, String region, String tableArn) {
        super(scope, table + "Stream");
        this.table = AwsCustomResource.Builder.create(this, "DescribeTable")
                .resourceType("Custom::ReplicaStream")
                .onUpdate(AwsSdkCall.builder()
                        .service("DynamoDB")
                        .action("DescribeTable")
                        .parameters(Map.of("TableName", settings.name(table)))
                        .region(region)
                        .outputPaths(List.of("Table.LatestStreamArn"))
                        // Another generation makes the stack ask again after a stream was switched off and on.
                        .physicalResourceId(PhysicalResourceId.of(
                                "%s-stream-%d".formatted(settings.name(table), settings.streamGeneration())))
                        .build())
                .policy(AwsCustomResourcePolicy.fromStatements(List.of(PolicyStatement.Builder.create()
                        .actions(List.of("dynamodb:DescribeTable"))
                        .resources(List.of(tableArn))
                        .build())))
                .installLatestAwsSdk(false)
                .logGroup(LogGroup.Builder.create(this, "Logs")
                        .retention(RetentionDays.TWO_WEEKS)
                        .removalPolicy(RemovalPolicy.DESTROY)
                        .build())
                .build();
    }

    /** The ARN of the stream as it is after the last deployment. */
    public String arn() {
        return table.getResponseField("Table.LatestStreamArn");
    }
}
