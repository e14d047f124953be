package dev.penstock.infra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.catalog.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The cluster and its reader, as they deploy: one test for each thing that they promise. */
class DaxStackTest {
    private static final JsonNode DAX = Assembly.of("prod-dax").templates().get("Dax");
    private static final JsonNode READER = Assembly.of("prod-dax").templates().get("Reader");

    @Test
    void itIsOffUnlessAskedFor() {
        for (String stage : new String[] {"dev", "prod"}) {
            assertFalse(Assembly.of(stage).templates().containsKey("Dax"), stage);
        }
    }

    @Test
    void threeNodesAreInThreeZonesOfIsolatedSubnets() {
        JsonNode cluster = only("AWS::DAX::Cluster");
        assertEquals(3, cluster.path("ReplicationFactor").asInt());
        assertEquals(3, only("AWS::DAX::SubnetGroup").path("SubnetIds").size());
        Set<String> zones = new TreeSet<>();
        all("AWS::EC2::Subnet").forEach(subnet -> {
            zones.add(subnet.path("AvailabilityZone").toString());
            assertFalse(subnet.path("MapPublicIpOnLaunch").asBoolean());
        });
        assertEquals(3, zones.size());
        for (String absent : new String[] {"NatGateway", "InternetGateway", "Route", "EIP"}) {
            assertTrue(all("AWS::EC2::" + absent).isEmpty(), absent);
        }
        assertEquals(
                "Gateway", only("AWS::EC2::VPCEndpoint").path("VpcEndpointType").asText());
    }

    @Test
    void itemsAndResultsLiveFiveMinutes() {
        JsonNode values = only("AWS::DAX::ParameterGroup").path("ParameterNameValues");
        assertEquals("300000", values.path("record-ttl-millis").asText());
        assertEquals("300000", values.path("query-ttl-millis").asText());
    }

    @Test
    void dataIsEncryptedAtRestAndOnTheWayAndProblemsAreTold() {
        JsonNode cluster = only("AWS::DAX::Cluster");
        assertEquals("TLS", cluster.path("ClusterEndpointEncryptionType").asText());
        assertTrue(cluster.path("SSESpecification").path("SSEEnabled").asBoolean());
        assertTrue(cluster.path("NotificationTopicARN").toString().contains(":sns:"), cluster.toString());
    }

    @Test
    void onlyTheReaderReachesTheClusterOnItsTlsPort() {
        JsonNode ingress = only("AWS::EC2::SecurityGroupIngress");
        assertEquals(9111, ingress.path("FromPort").asInt());
        assertEquals(9111, ingress.path("ToPort").asInt());
        assertTrue(ingress.path("SourceSecurityGroupId").toString().contains("Reader"), ingress.toString());
        all("AWS::EC2::SecurityGroup")
                .forEach(group -> assertTrue(group.path("SecurityGroupIngress").isMissingNode(), group.toString()));
    }

    @Test
    void theServiceRoleTouchesTheTablesThatTheCatalogMarksAndNoOthers() {
        String role = all("AWS::IAM::Role").stream()
                .map(JsonNode::toString)
                .filter(text -> text.contains("dax.amazonaws.com"))
                .findFirst()
                .orElseThrow();
        for (String action : new String[] {
            "GetItem",
            "BatchGetItem",
            "Query",
            "Scan",
            "PutItem",
            "UpdateItem",
            "DeleteItem",
            "BatchWriteItem",
            "ConditionCheckItem",
            "DescribeTable"
        }) {
            assertTrue(role.contains("\"dynamodb:" + action + "\""), action + " is missing in " + role);
        }
        for (Table table : Storefront.catalog().tables()) {
            assertEquals(table.dax(), role.contains("table/penstock-prod-" + table.name() + "\""), table.name());
        }
    }

    @Test
    void alarmsAndADashboardWatchIt() {
        String alarms = all("AWS::CloudWatch::Alarm").toString();
        for (String metric : new String[] {
            "CPUUtilization", "EvictedSize", "FaultRequestCount", "ErrorRequestCount", "ItemCacheMisses"
        }) {
            assertTrue(alarms.contains("\"" + metric + "\""), metric);
        }
        assertTrue(only("AWS::CloudWatch::Dashboard").toString().contains("SessionLookup"));
    }

    @Test
    void theReaderIsAnAliasBehindAnIamUrlAndKnowsTheCluster() {
        JsonNode url = null;
        JsonNode function = null;
        for (JsonNode resource : READER.path("Resources")) {
            url = resource.path("Type").asText().equals("AWS::Lambda::Url") ? resource.path("Properties") : url;
            function = resource.path("Properties")
                            .path("Environment")
                            .path("Variables")
                            .has("DAX_URL")
                    ? resource.path("Properties")
                    : function;
        }
        assertEquals("AWS_IAM", url.path("AuthType").asText());
        assertFalse(url.path("Qualifier").isMissingNode(), "the URL is the alias's");
        assertTrue(function.path("VpcConfig").path("SubnetIds").size() == 3, function.toString());
        assertTrue(READER.toString().contains("dax:GetItem"));
    }

    private static List<JsonNode> all(String type) {
        var found = new ArrayList<JsonNode>();
        DAX.path("Resources").forEach(resource -> {
            if (resource.path("Type").asText().equals(type)) {
                found.add(resource.path("Properties"));
            }
        });
        return found;
    }

    private static JsonNode only(String type) {
        var all = all(type);
        assertEquals(1, all.size(), type);
        return all.getFirst();
    }
}
