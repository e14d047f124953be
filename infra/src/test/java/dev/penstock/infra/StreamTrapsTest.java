package dev.penstock.infra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.infra.Assembly.Resource;
import dev.penstock.lambdas.diversion.FailureBucket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What CDK and Lambda leave open or do by default that a stream's consumer must not have. */
class StreamTrapsTest {
    private static final Assembly PROD = Assembly.of("prod");

    /** CDK's default is to retry for ever; what is not said may change with a release. */
    @Test
    void everyMappingSaysEverySettingAndBoundsIt() {
        List<Resource> mappings = PROD.resources("AWS::Lambda::EventSourceMapping");
        assertTrue(mappings.size() >= 5, "consumers and projectors");
        for (Resource mapping : mappings) {
            JsonNode settings = mapping.properties();
            for (String name : List.of(
                    "BatchSize",
                    "BisectBatchOnFunctionError",
                    "DestinationConfig",
                    "Enabled",
                    "EventSourceArn",
                    "FunctionResponseTypes",
                    "MaximumBatchingWindowInSeconds",
                    "MaximumRecordAgeInSeconds",
                    "MaximumRetryAttempts",
                    "MetricsConfig",
                    "ParallelizationFactor",
                    "StartingPosition",
                    "TumblingWindowInSeconds")) {
                assertTrue(settings.has(name), mapping.id() + " lacks " + name);
            }
            assertFalse(settings.has("ProvisionedPollerConfig"), "of queues and Kafka only");
            boolean isWindowed = settings.path("TumblingWindowInSeconds").asInt() > 0;
            int age = settings.path("MaximumRecordAgeInSeconds").asInt();
            int attempts = settings.path("MaximumRetryAttempts").asInt();
            if (isWindowed) {
                assertEquals(1, settings.path("ParallelizationFactor").asInt(), mapping.id());
                assertEquals(-1, age, "a window's mapping never discards");
                assertEquals(-1, attempts, "a window's mapping never discards");
            } else {
                assertTrue(age >= 60 && age < 86_400, mapping.id() + ": the stream forgets after a day");
                assertTrue(attempts >= 0 && attempts <= 10_000, mapping.id());
            }
            assertEquals(
                    "[\"ReportBatchItemFailures\"]",
                    settings.path("FunctionResponseTypes").toString());
            assertTrue(
                    settings.at("/DestinationConfig/OnFailure/Destination")
                            .asText()
                            .startsWith("arn:aws:s3:::"),
                    "a queue would hold only where the records were");
            assertFalse(settings.path("EventSourceArn").toString().contains("*"), "a stream, no wildcard");
        }
    }

    @Test
    void everyConsumerRunsAsItIsMeantTo() {
        List<String> groups = PROD.resources("AWS::Logs::LogGroup").stream()
                .filter(group -> group.properties().path("RetentionInDays").asInt() > 0)
                .map(Resource::id)
                .toList();
        List<Resource> consumers = PROD.resources("AWS::Lambda::Function").stream()
                .filter(function -> function.stack().equals("Streams"))
                .toList();
        assertTrue(consumers.size() >= 5);
        for (Resource function : consumers) {
            JsonNode settings = function.properties();
            assertEquals("java25", settings.path("Runtime").asText(), function.id());
            assertEquals("[\"arm64\"]", settings.path("Architectures").toString(), function.id());
            assertEquals("PublishedVersions", settings.at("/SnapStart/ApplyOn").asText(), function.id());
            assertEquals("JSON", settings.at("/LoggingConfig/LogFormat").asText(), function.id());
            assertEquals("Terminate", settings.path("RecursiveLoop").asText(), function.id());
            assertTrue(
                    groups.contains(settings.at("/LoggingConfig/LogGroup/Ref").asText()),
                    function.id() + ": a log group of the stack, with an end, and not one that Lambda makes");
        }
    }

    /** CDK's S3 destination would let the function read and delete every object of the bucket. */
    @Test
    void aConsumerMayAddFailuresAndDoNoMore() {
        for (Resource role : PROD.resources("AWS::IAM::Role")) {
            if (!role.stack().equals("Streams")) {
                continue;
            }
            for (JsonNode policy : role.properties().findValues("Statement")) {
                for (JsonNode statement : policy) {
                    String action = statement.path("Action").toString();
                    if (statement.path("Resource").toString().contains("-failures-") && action.contains("s3:")) {
                        assertFalse(
                                action.contains("Delete") || action.contains("GetObject") || action.contains("*"),
                                role.id() + " " + action);
                    }
                }
            }
        }
    }

    /** A redrive is refused once what tells old from new may be gone. */
    @Test
    void guardsOutliveTheFailuresBucketByAWeek() {
        JsonNode failures = PROD.resources("AWS::S3::Bucket").stream()
                .filter(bucket -> bucket.id().startsWith("Failures"))
                .findFirst()
                .orElseThrow()
                .properties()
                .at("/LifecycleConfiguration/Rules/0");
        assertEquals(
                failures.path("ExpirationInDays").asInt() + 7,
                FailureBucket.REMEMBERED.toDays(),
                "tombstones and contribution rows stay a week longer than what could be delivered again");
    }

    /** Alarms on what arrives go back after a minute, while objects lie there until they are forgotten. */
    @Test
    void failuresAreAlarmedForAsLongAsTheyLieThereAndLossesAtOnce() {
        List<JsonNode> alarms = PROD.resources("AWS::CloudWatch::Alarm").stream()
                .map(Resource::properties)
                .toList();
        JsonNode left = alarms.stream()
                .filter(alarm -> alarm.path("MetricName").asText().equals("NumberOfObjects"))
                .findFirst()
                .orElseThrow();
        assertTrue(left.path("Dimensions").toString().contains("-failures-"), left.toString());
        assertEquals("notBreaching", left.path("TreatMissingData").asText(), "an empty bucket has no count");
        long mappings =
                PROD.resources("AWS::Lambda::EventSourceMapping").stream().count();
        for (String loss : List.of("DestinationDeliveryFailures", "DroppedEventCount")) {
            assertEquals(
                    mappings,
                    alarms.stream()
                            .filter(alarm -> alarm.path("MetricName").asText().equals(loss))
                            .count(),
                    loss);
        }
        JsonNode failures = PROD.resources("AWS::S3::Bucket").stream()
                .filter(bucket -> bucket.id().startsWith("Failures"))
                .findFirst()
                .orElseThrow()
                .properties()
                .at("/LifecycleConfiguration/Rules");
        assertTrue(failures.get(1).path("ExpiredObjectDeleteMarker").asBoolean(), "markers count as objects");
    }

    /** npm's "latest" of the CDK command line is an accidental publication that can't read these assemblies. */
    @Test
    void theCommandLineOfCdkIsPinned() {
        JsonNode package_ = CdkJson.read(Path.of("package.json"));
        String version = package_.findValue("aws-cdk").asText();
        assertTrue(version.matches("2\\.\\d+\\.\\d+"), version);
        assertEquals(
                version,
                CdkJson.read(Path.of("package-lock.json"))
                        .at("/packages/node_modules~1aws-cdk/version")
                        .asText());
    }
}
