package dev.penstock.local.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.penstock.local.clients.Await;
import dev.penstock.local.clients.Clients;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Datapoint;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;
import software.amazon.awssdk.services.dax.DaxClient;
import software.amazon.awssdk.services.dax.model.Cluster;
import software.amazon.awssdk.services.dax.model.DaxException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.dax.ClusterDaxClient;
import software.amazon.dax.Configuration;

/** A DAX cluster of a template: its nodes, its lifetimes, its endpoint and its metrics are those of the local one. */
@Timeout(120)
class DeclaredClusterTest {
    private static final String MANIFEST = """
            {"artifacts": {"Dax": {"type": "aws:cloudformation:stack", "environment": "aws://000000000000/us-east-1",
                                   "properties": {"templateFile": "Dax.json"}}}}
            """;

    private static final String TEMPLATE = """
            {"Resources": {
              "Sessions": {"Type": "AWS::DynamoDB::Table", "Properties": {
                "TableName": "Sessions", "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}},
              "Role": {"Type": "AWS::IAM::Role"},
              "Subnets": {"Type": "AWS::DAX::SubnetGroup", "Properties": {"SubnetIds": ["subnet-1"]}},
              "Parameters": {"Type": "AWS::DAX::ParameterGroup", "Properties": {
                "ParameterGroupName": "short",
                "ParameterNameValues": {"record-ttl-millis": "60000", "query-ttl-millis": "0"}}},
              "Cluster": {"Type": "AWS::DAX::Cluster", "Properties": {
                "ClusterName": "shop", "NodeType": "dax.r5.large", "ReplicationFactor": 3,
                "ClusterEndpointEncryptionType": "TLS", "IAMRoleARN": {"Fn::GetAtt": ["Role", "Arn"]},
                "ParameterGroupName": {"Ref": "Parameters"}, "SubnetGroupName": {"Ref": "Subnets"}}}},
             "Outputs": {"Url": {"Value": {"Fn::GetAtt": ["Cluster", "ClusterDiscoveryEndpointURL"]}},
                         "Arn": {"Value": {"Fn::GetAtt": ["Cluster", "Arn"]}}}}
            """;

    @Test
    void theClusterOfATemplateIsTheLocalOne(@TempDir Path assembly) throws Exception {
        Files.writeString(assembly.resolve("manifest.json"), MANIFEST);
        Files.writeString(assembly.resolve("Dax.json"), TEMPLATE);
        try (var runtime = LocalRuntime.start(Options.inMemory().withAssembly(assembly))) {
            Cluster cluster = runtime.clients()
                    .of(DaxClient.class)
                    .describeClusters()
                    .clusters()
                    .getFirst();
            assertEquals("shop", cluster.clusterName());
            assertEquals(3, cluster.totalNodes());
            assertEquals("short", cluster.parameterGroup().parameterGroupName());
            Map<String, String> outputs = runtime.report().outputs().get("Dax");
            assertEquals("arn:aws:dax:us-east-1:000000000000:cache/shop", outputs.get("Arn"));
            assertEquals(runtime.dax().tlsUrl(), outputs.get("Url"));
            assertFalse(runtime.report().declaredOnly().containsKey("AWS::DAX::Cluster"));

            readThrough(runtime, runtime.dax().url());
            assertMetrics(runtime);
        }
    }

    private static void readThrough(LocalRuntime runtime, String url) throws Exception {
        DynamoDbClient behind = runtime.clients().of(DynamoDbClient.class);
        try (DynamoDbClient dax = ClusterDaxClient.builder()
                .overrideConfiguration(Configuration.builder()
                        .url(url)
                        .region(Region.US_EAST_1)
                        .credentialsProvider(Clients.CREDENTIALS)
                        .build())
                .build()) {
            put(behind, "1");
            assertEquals("1", get(dax));
            put(behind, "2");
            runtime.clock().advance(Duration.ofSeconds(58));
            assertEquals("1", get(dax));
            assertEquals(1, dax.scan(r -> r.tableName("Sessions")).count());
            runtime.clock().advance(Duration.ofSeconds(2));
            assertEquals("2", get(dax), "the lifetime of the parameter group is over");
            behind.deleteItem(r -> r.tableName("Sessions").key(Map.of("id", AttributeValue.fromS("s"))));
            assertEquals(0, dax.scan(r -> r.tableName("Sessions")).count(), "query-ttl-millis 0 caches no result");
        }
    }

    private static void put(DynamoDbClient client, String value) {
        client.putItem(r -> r.tableName("Sessions")
                .item(Map.of("id", AttributeValue.fromS("s"), "v", AttributeValue.fromS(value))));
    }

    private static String get(DynamoDbClient client) {
        return client.getItem(r -> r.tableName("Sessions").key(Map.of("id", AttributeValue.fromS("s"))))
                .item()
                .get("v")
                .s();
    }

    private static void assertMetrics(LocalRuntime runtime) {
        Map<String, Double> expected = Map.of(
                "ItemCacheHits", 1.0, "ItemCacheMisses", 2.0, "GetItemRequestCount", 3.0, "ScanCacheMisses", 2.0);
        expected.forEach((name, value) ->
                Await.until(Duration.ofSeconds(20), name + " to be " + value, () -> sum(runtime, name) == value));
    }

    private static double sum(LocalRuntime runtime, String name) {
        return runtime
                .clients()
                .of(CloudWatchClient.class)
                .getMetricStatistics(r -> r.namespace("AWS/DAX")
                        .metricName(name)
                        .dimensions(Dimension.builder()
                                .name("ClusterId")
                                .value("shop")
                                .build())
                        .startTime(runtime.clock().instant().minus(Duration.ofHours(1)))
                        .endTime(runtime.clock().instant().plus(Duration.ofHours(1)))
                        .period(60)
                        .statistics(Statistic.SUM))
                .datapoints()
                .stream()
                .mapToDouble(Datapoint::sum)
                .sum();
    }

    @Test
    void theControlPlaneRefusesAsAwsDoesAndSaysWhatItDoesNotSimulate() {
        try (var runtime = LocalRuntime.start(Options.inMemory())) {
            DaxClient dax = runtime.clients().of(DaxClient.class);
            assertEquals(List.of(), dax.describeClusters().clusters());
            dax.createParameterGroup(r -> r.parameterGroupName("g"));
            assertEquals(
                    "ParameterGroupAlreadyExistsFault",
                    code(() -> dax.createParameterGroup(r -> r.parameterGroupName("g"))));
            assertEquals(
                    "ParameterGroupNotFoundFault",
                    code(() -> dax.createCluster(r -> r.clusterName("c")
                            .nodeType("dax.t3.small")
                            .replicationFactor(1)
                            .parameterGroupName("none"))));
            assertEquals(
                    "InvalidParameterValueException",
                    code(() -> dax.createCluster(
                            r -> r.clusterName("c").nodeType("dax.t3.small").replicationFactor(12))));
            assertEquals("ClusterNotFoundFault", code(() -> dax.describeClusters(r -> r.clusterNames("none"))));
            assertEquals("NotImplemented", code(() -> dax.deleteCluster(r -> r.clusterName("c"))));
        }
    }

    private static String code(Runnable call) {
        return assertThrows(DaxException.class, call::run).awsErrorDetails().errorCode();
    }
}
