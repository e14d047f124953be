package dev.penstock.local.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.MultiRegionConsistency;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryStatus;

/** What a template says of each replica, made by official clients in each region. */
class ReplicaSettingsTest {
    private final List<String> withoutEffect = new ArrayList<>();
    private LocalRuntime runtime;
    private Target target;

    @BeforeEach
    void open() {
        runtime = LocalRuntime.start(Options.inMemory().withRegion("us-east-1"));
        target = new Target(runtime::clients, Map.of(), withoutEffect::add);
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    private void provisionCustomers() {
        provision("""
                {"TableName": "Customers", "BillingMode": "PAY_PER_REQUEST",
                 "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                 "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                 "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
                 "Replicas": [
                  {"Region": "us-east-1", "DeletionProtectionEnabled": false},
                  {"Region": "eu-west-1", "DeletionProtectionEnabled": true,
                   "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true, "RecoveryPeriodInDays": 7},
                   "SSESpecification": {"KMSMasterKeyId": "arn:aws:kms:eu-west-1:000000000000:key/1"},
                   "ContributorInsightsSpecification": {"Enabled": true},
                   "ResourcePolicy": {"PolicyDocument": {"Version": "2012-10-17", "Statement": []}},
                   "Tags": [{"Key": "team", "Value": "there"}]}]}
                """);
    }

    @Test
    void eachReplicaHasItsOwnSettings() {
        provisionCustomers();
        DynamoDbClient here = runtime.clients("us-east-1").of(DynamoDbClient.class);
        DynamoDbClient there = runtime.clients("eu-west-1").of(DynamoDbClient.class);
        var table =
                there.describeTable(describe -> describe.tableName("Customers")).table();
        assertTrue(table.deletionProtectionEnabled());
        assertEquals(
                PointInTimeRecoveryStatus.ENABLED,
                there.describeContinuousBackups(describe -> describe.tableName("Customers"))
                        .continuousBackupsDescription()
                        .pointInTimeRecoveryDescription()
                        .pointInTimeRecoveryStatus());
        assertEquals(
                "there",
                there.listTagsOfResource(list -> list.resourceArn(table.tableArn()))
                        .tags()
                        .getFirst()
                        .value());
        assertTrue(there.getResourcePolicy(get -> get.resourceArn(table.tableArn()))
                .policy()
                .contains("2012-10-17"));
        assertEquals(
                "arn:aws:kms:eu-west-1:000000000000:key/1",
                here.describeTable(describe -> describe.tableName("Customers"))
                        .table()
                        .replicas()
                        .getFirst()
                        .kmsMasterKeyId());
        assertEquals(
                List.of("AWS::DynamoDB::GlobalTable.Replicas.ContributorInsightsSpecification"),
                withoutEffect,
                "what has no effect is told");
    }

    @Test
    void stronglyConsistentTableIsMadeWithAllReplicasAtOnce() {
        provision("""
                {"TableName": "Ledger", "BillingMode": "PAY_PER_REQUEST",
                 "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                 "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                 "MultiRegionConsistency": "STRONG",
                 "GlobalTableWitnesses": [{"Region": "us-west-2"}],
                 "Replicas": [{"Region": "us-east-1"}, {"Region": "us-east-2"}]}
                """);
        var table = runtime.clients("us-east-2")
                .of(DynamoDbClient.class)
                .describeTable(describe -> describe.tableName("Ledger"))
                .table();
        assertEquals(MultiRegionConsistency.STRONG, table.multiRegionConsistency());
        assertEquals("us-west-2", table.globalTableWitnesses().getFirst().regionName());
    }

    @Test
    void streamOfAReplicaIsAskedFor() {
        provisionCustomers();
        String stream = runtime.clients("eu-west-1")
                .of(DynamoDbClient.class)
                .describeTable(describe -> describe.tableName("Customers"))
                .table()
                .latestStreamArn();
        var call = Map.<String, Object>of("Update", """
                {"service": "DynamoDB", "action": "DescribeTable", "parameters": {"TableName": "Customers"},
                 "region": "eu-west-1", "physicalResourceId": {"id": "Customers-stream-1"}}
                """);
        var made = new ReplicaStreamProvisioner()
                .provision(
                        new Resource(
                                "Streams", "eu-west-1", "Stream", "Custom::ReplicaStream", new Properties("x", call)),
                        target);
        assertEquals(Map.of("Table.LatestStreamArn", stream), made.attributes());
        assertTrue(stream.contains(":eu-west-1:"), stream);
    }

    private void provision(String properties) {
        new GlobalTableProvisioner()
                .provision(
                        new Resource(
                                "Tables",
                                "us-east-1",
                                "Table",
                                "AWS::DynamoDB::GlobalTable",
                                new Properties("Tables/Table", Json.read(properties))),
                        target);
    }
}
