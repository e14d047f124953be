package dev.penstock.local.assembly;

import dev.penstock.local.assembly.Resource.Physical;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * {@code Custom::ReplicaStream}: does the one call that the custom resource holds, DescribeTable in its region, and answers
 * the stream that the replica has now. The function that makes the call on AWS is not run.
 */
final class ReplicaStreamProvisioner implements Provisioner {

    @Override
    public Physical provision(Resource resource, Target target) {
        var properties = resource.properties();
        String written = properties.optional("Update").orElseGet(() -> properties.string("Create"));
        var call = new Properties(properties.where(), Json.object(Json.read(written), properties.where()));
        if (!call.string("action").equals("DescribeTable")) {
            throw new AssemblyException(
                    properties.where() + " calls " + call.string("action") + "; only DescribeTable is known here");
        }
        String table = call.object("parameters").string("TableName");
        String region = call.optional("region").orElse(resource.region());
        String stream = target.clients()
                .apply(region)
                .of(DynamoDbClient.class)
                .describeTable(describe -> describe.tableName(table))
                .table()
                .latestStreamArn();
        if (stream == null) {
            throw new AssemblyException("table " + table + " in " + region + " has no stream");
        }
        return new Physical(
                call.object("physicalResourceId").optional("id").orElse(resource.generatedName()),
                Map.of("Table.LatestStreamArn", stream));
    }
}
