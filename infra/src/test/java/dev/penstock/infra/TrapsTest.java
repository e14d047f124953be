package dev.penstock.infra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.infra.Assembly.Resource;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What synthesizes, passes linters, and fails or misleads on a real account. */
class TrapsTest {

    private static final Assembly LOCAL = Assembly.of("local");
    private static final Assembly PROD = Assembly.of("prod");
    private static final Assembly DAX = Assembly.of("prod-dax");
    private static final Assembly AWAY = Assembly.of("prod-away");

    /** Class files of Java N begin with major version N + 44 (JVM specification, table 4.1-A). */
    private static final int FIRST_MAJOR_VERSION = 44;

    private static Stream<JsonNode> statements(Resource role) {
        return role.properties().findValues("Statement").stream()
                .flatMap(list -> list.isArray() ? StreamSupport.stream(list.spliterator(), false) : Stream.of(list));
    }

    private static boolean allows(JsonNode statement, String actionPrefix) {
        return Stream.concat(Stream.of(statement.path("Action")), stream(statement.path("Action")))
                .anyMatch(action -> action.asText().startsWith(actionPrefix));
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    @Test
    void classFilesAreOfTheRuntimesVersion() throws IOException {
        for (Resource function : PROD.resources("AWS::Lambda::Function")) {
            String runtime = function.properties().path("Runtime").asText();
            String handler = function.properties().path("Handler").asText();
            try (var in = new DataInputStream(
                    TrapsTest.class.getResourceAsStream("/" + handler.replace('.', '/') + ".class"))) {
                in.skipNBytes(6);
                assertEquals("java" + (in.readUnsignedShort() - FIRST_MAJOR_VERSION), runtime, handler);
            }
        }
    }

    @Test
    void everyRoleOfDataWithACustomerKeyMayUseThatKeyThroughTheServiceOnly() {
        for (Resource role : DAX.resources("AWS::IAM::Role")) {
            for (String service : List.of("dynamodb", "s3")) {
                boolean reads = statements(role)
                        .anyMatch(statement -> allows(statement, service + ":")
                                || (service.equals("dynamodb") && role.stack().equals("Backup")));
                List<JsonNode> keys = statements(role)
                        .filter(statement -> allows(statement, "kms:"))
                        .filter(statement -> statement
                                .at("/Condition/StringEquals/kms:ViaService")
                                .asText()
                                .startsWith(service + "."))
                        .toList();
                assertEquals(reads, !keys.isEmpty(), role.stack() + "/" + role.id() + " and " + service);
            }
            assertTrue(
                    statements(role)
                            .filter(statement -> allows(statement, "kms:"))
                            .allMatch(statement -> statement.has("Condition")),
                    role.id() + " uses keys without kms:ViaService");
        }
    }

    @Test
    void rolesNameTheirResources() {
        Set<String> wildcards = Stream.of(PROD, DAX)
                .flatMap(assembly -> assembly.resources("AWS::IAM::Role").stream())
                .flatMap(TrapsTest::statements)
                .filter(statement -> statement.path("Resource").asText().equals("*"))
                .flatMap(statement -> stream(statement.path("Action")).map(JsonNode::asText))
                .collect(Collectors.toCollection(TreeSet::new));

        assertEquals(
                Set.of(
                        "ec2:AssignPrivateIpAddresses",
                        "ec2:CreateNetworkInterface",
                        "ec2:DeleteNetworkInterface",
                        "ec2:DescribeNetworkInterfaces",
                        "ec2:DescribeSubnets",
                        "ec2:UnassignPrivateIpAddresses",
                        "xray:PutTelemetryRecords",
                        "xray:PutTraceSegments"),
                wildcards);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "prod", "prod-dax", "prod-away"})
    void topicsOutsideOfStageLocalHaveAKeyThatAdmitsTheirPublishers(String stage) {
        var assembly = Assembly.of(stage);
        for (Resource topic : assembly.resources("AWS::SNS::Topic")) {
            assertTrue(topic.properties().has("KmsMasterKeyId"), topic.id());
        }
        for (Resource key : assembly.resources("AWS::KMS::Key")) {
            if (key.id().startsWith("TopicKey")) {
                String policy = key.properties().path("KeyPolicy").toString();
                for (String publisher : List.of("cloudwatch", "events", "backup", "ses")) {
                    assertTrue(policy.contains(publisher + ".amazonaws.com"), publisher);
                }
            }
        }
    }

    @Test
    void everyAlarmIsDeliveredToATopicOfItsRegion() {
        for (Resource alarm : AWAY.resources("AWS::CloudWatch::Alarm")) {
            String region = alarm.stack().endsWith("us-west-2") ? "us-west-2" : Assembly.REGION;
            assertEquals(
                    "arn:aws:sns:%s:%s:penstock-prod-alarms".formatted(region, Assembly.ACCOUNT),
                    alarm.properties().at("/AlarmActions/0").asText(),
                    alarm.id());
            assertTrue(alarm.properties().path("AlarmDescription").asText().contains("OPERATIONS.md, "), alarm.id());
        }
    }

    @Test
    void mappingsAndUrlsCallTheAlias() {
        for (Resource mapping : PROD.resources("AWS::Lambda::EventSourceMapping")) {
            assertTrue(mapping.properties().at("/FunctionName/Ref").asText().contains("Live"), mapping.id());
        }
        for (Resource url : PROD.resources("AWS::Lambda::Url")) {
            assertEquals("live", url.properties().path("Qualifier").asText());
            assertEquals("AWS_IAM", url.properties().path("AuthType").asText());
        }
    }

    @Test
    void oldVersionsStayForRollback() {
        for (Resource version : PROD.resources("AWS::Lambda::Version")) {
            assertEquals("Retain", version.json().path("DeletionPolicy").asText(), version.id());
        }
    }

    @Test
    void dataOfProdCannotBeDeletedByAccident() {
        for (Resource table : PROD.resources("AWS::DynamoDB::GlobalTable")) {
            assertEquals("Retain", table.json().path("DeletionPolicy").asText(), table.id());
            stream(table.properties().path("Replicas"))
                    .forEach(replica ->
                            assertTrue(replica.path("DeletionProtectionEnabled").asBoolean(), table.id()));
        }
        for (Resource bucket : PROD.resources("AWS::S3::Bucket")) {
            assertEquals("Retain", bucket.json().path("DeletionPolicy").asText(), bucket.id());
        }
        var manifest = CdkJson.read(PROD.directory().resolve("manifest.json"));
        manifest.path("artifacts").properties().stream()
                .filter(artifact -> artifact.getValue().path("type").asText().equals("aws:cloudformation:stack"))
                .forEach(stack -> assertTrue(
                        stack.getValue().at("/properties/terminationProtection").asBoolean(), stack.getKey()));
    }

    @Test
    void everySourceTableIsRecoverableAndBoundedInEveryRegion() {
        for (Resource table : PROD.resources("AWS::DynamoDB::GlobalTable")) {
            assertTrue(table.properties().has("WriteOnDemandThroughputSettings"), table.id());
            boolean source = table.properties().has("StreamSpecification");
            stream(table.properties().path("Replicas")).forEach(replica -> {
                assertTrue(replica.has("ReadOnDemandThroughputSettings"), table.id());
                assertEquals(
                        "THROTTLED_KEYS",
                        replica.at("/ContributorInsightsSpecification/Mode").asText());
                if (source) {
                    assertTrue(
                            replica.at("/PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled")
                                    .asBoolean(),
                            table.id());
                }
            });
        }
    }

    @Test
    void aReplicaHasAKeyInItsOwnRegion() {
        Resource customers = PROD.resource("AWS::DynamoDB::GlobalTable", "TableName", "penstock-prod-Customers");
        for (JsonNode replica : customers.properties().path("Replicas")) {
            String region = replica.path("Region").asText();
            JsonNode key = replica.at("/SSESpecification/KMSMasterKeyId");
            assertTrue(
                    region.equals(Assembly.REGION) || key.toString().contains(":kms:" + region + ":"), key::toString);
        }
    }

    @Test
    void aReplicasStreamIsLookedUpAtDeployment() {
        Resource mapping = AWAY.resources("AWS::Lambda::EventSourceMapping").stream()
                .filter(candidate -> candidate.stack().equals("Streams-us-west-2"))
                .findFirst()
                .orElseThrow();

        assertEquals(
                "Table.LatestStreamArn",
                mapping.properties().at("/EventSourceArn/Fn::GetAtt/1").asText());
        assertEquals("LATEST", mapping.properties().path("StartingPosition").asText());
    }

    @Test
    void mailsAreSentInTheActiveRegionAlone() {
        assertEquals(Set.of("Streams"), stacksOf(PROD, "penstock-prod-WelcomeEmail"));
        assertEquals(Set.of("Streams-us-west-2"), stacksOf(AWAY, "penstock-prod-WelcomeEmail"));
    }

    private static Set<String> stacksOf(Assembly assembly, String function) {
        return assembly.resources("AWS::Lambda::Function").stream()
                .filter(resource ->
                        resource.properties().path("FunctionName").asText().equals(function))
                .map(Resource::stack)
                .collect(Collectors.toSet());
    }

    @Test
    void referencesBetweenRegionsNeedNoCustomResource() {
        for (String stage : List.of("prod", "prod-away")) {
            assertFalse(Assembly.of(stage).templates().toString().contains("ExportWriter"), stage);
        }
    }

    @Test
    void stageLocalHasNoCustomResourceAndNoKey() {
        for (Resource resource : LOCAL.resources()) {
            assertFalse(resource.type().startsWith("Custom::"), resource.id());
            assertFalse(resource.type().startsWith("AWS::KMS::"), resource.id());
        }
        assertFalse(LOCAL.templates().toString().contains("Fn::GetStackOutput"));
    }

    @Test
    void daxSpeaksTlsToTheReaderOnly() {
        Resource cluster = DAX.resource("AWS::DAX::Cluster", "ClusterName", "penstock-prod");
        assertEquals(
                "TLS",
                cluster.properties().path("ClusterEndpointEncryptionType").asText());
        assertTrue(cluster.properties().at("/SSESpecification/SSEEnabled").asBoolean());
        assertEquals(3, cluster.properties().path("ReplicationFactor").asInt());
        assertTrue(DAX.resources("AWS::EC2::NatGateway").isEmpty());
        assertTrue(DAX.resources("AWS::EC2::InternetGateway").isEmpty());
        List<Resource> ingress = DAX.resources("AWS::EC2::SecurityGroupIngress");
        assertEquals(1, ingress.size());
        assertEquals(9111, ingress.getFirst().properties().path("FromPort").asInt());
        assertTrue(PROD.resources("AWS::DAX::Cluster").isEmpty(), "DAX costs hundreds of dollars: by choice only");
    }

    @Test
    void selectionsSeeTheTablesOfTheirStageOnly() {
        Set<String> tags = PROD.resources("AWS::DynamoDB::GlobalTable").stream()
                .flatMap(table -> stream(table.properties().at("/Replicas/0/Tags")))
                .filter(tag -> tag.path("Key").asText().equals("penstock:backup"))
                .map(tag -> tag.path("Value").asText())
                .collect(Collectors.toSet());
        Set<String> selected = PROD.resources("AWS::Backup::BackupSelection").stream()
                .map(selection -> selection
                        .properties()
                        .at("/BackupSelection/ListOfTags/0/ConditionValue")
                        .asText())
                .collect(Collectors.toSet());

        assertTrue(selected.containsAll(tags), () -> tags + " of " + selected);
        assertTrue(selected.stream().allMatch(tag -> tag.startsWith("prod/")), selected::toString);
    }

    @Test
    void coldStorageIsPaidForNinetyDaysSoNothingLeavesItEarlier() {
        for (Resource plan : PROD.resources("AWS::Backup::BackupPlan")) {
            for (JsonNode lifecycle : plan.properties().findValues("Lifecycle")) {
                int cold = lifecycle.path("MoveToColdStorageAfterDays").asInt(-1);
                assertTrue(cold < 0 || lifecycle.path("DeleteAfterDays").asInt() >= cold + 90, plan.id());
            }
        }
    }

    @Test
    void theVaultsAreLockedForGovernanceUnlessSomebodyAsksForMore() {
        for (Resource vault : PROD.resources("AWS::Backup::BackupVault")) {
            assertTrue(vault.properties().path("LockConfiguration").has("MinRetentionDays"), vault.stack());
            assertFalse(
                    vault.properties().path("LockConfiguration").has("ChangeableForDays"),
                    "a compliance lock can't be undone");
        }
    }

    @Test
    void bucketsArePrivateVersionedEncryptedAndEndTheirObjects() {
        for (Resource bucket : PROD.resources("AWS::S3::Bucket")) {
            assertTrue(bucket.properties()
                    .at("/PublicAccessBlockConfiguration/BlockPublicAcls")
                    .asBoolean());
            assertEquals(
                    "Enabled",
                    bucket.properties().at("/VersioningConfiguration/Status").asText());
            assertTrue(bucket.properties().toString().contains("aws:kms"), bucket.id());
            assertTrue(bucket.properties().has("LifecycleConfiguration"), bucket.id());
        }
    }
}
