package dev.penstock.local.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.backup.BackupClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.ses.SesClient;
import software.amazon.awssdk.services.sesv2.SesV2Client;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sts.StsClient;

/** The SDK's modules come from several releases and share one core: each must make its call. */
class EveryClientTest {
    private final ServicesUnderTest services = new ServicesUnderTest();

    @AfterEach
    void close() {
        services.close();
    }

    @TestFactory
    Stream<DynamicTest> callsItsService() {
        Function<Object, Integer> size = list -> ((List<?>) list).size();
        return Stream.of(
                call(
                        "s3",
                        () -> size.apply(
                                services.client(S3Client.class).listBuckets().buckets())),
                call(
                        "s3 async",
                        () -> size.apply(services.client(S3AsyncClient.class)
                                .listBuckets()
                                .join()
                                .buckets())),
                call(
                        "sqs",
                        () -> size.apply(
                                services.client(SqsClient.class).listQueues().queueUrls())),
                call(
                        "sns",
                        () -> size.apply(
                                services.client(SnsClient.class).listTopics().topics())),
                call(
                        "ses",
                        () -> size.apply(services.client(SesClient.class)
                                .listIdentities()
                                .identities())),
                call(
                        "sesv2",
                        () -> size.apply(services.client(SesV2Client.class)
                                .listEmailIdentities(r -> {})
                                .emailIdentities())),
                call(
                        "sts",
                        () -> Integer.parseInt(services.client(StsClient.class)
                                .getCallerIdentity()
                                .account())),
                call(
                        "logs",
                        () -> size.apply(services.client(CloudWatchLogsClient.class)
                                .describeLogGroups()
                                .logGroups())),
                call(
                        "cloudwatch",
                        () -> size.apply(services.client(CloudWatchClient.class)
                                .listMetrics()
                                .metrics())),
                call(
                        "eventbridge",
                        () -> size.apply(services.client(EventBridgeClient.class)
                                .listRules(r -> {})
                                .rules())),
                call(
                        "scheduler",
                        () -> size.apply(services.client(SchedulerClient.class)
                                .listSchedules(r -> {})
                                .schedules())),
                call(
                        "glue",
                        () -> services.client(GlueClient.class)
                                .createDatabase(r -> r.databaseInput(d -> d.name("d")))
                                .sdkFields()
                                .size()));
    }

    /** These services are added by others than this set: the client must understand that they are not there. */
    @TestFactory
    Stream<DynamicTest> understandsAnswersOfTheGateway() {
        return Stream.of(
                missing("dynamodb", () -> services.client(DynamoDbClient.class).listTables()),
                missing(
                        "dynamodb streams",
                        () -> services.client(DynamoDbStreamsClient.class).listStreams()),
                missing("lambda", () -> services.client(LambdaClient.class).listFunctions()),
                missing("backup", () -> services.client(BackupClient.class).listBackupVaults()),
                DynamicTest.dynamicTest("dynamodb async", () -> {
                    var failed = assertThrows(
                            CompletionException.class,
                            () -> services.client(DynamoDbAsyncClient.class)
                                    .listTables()
                                    .join());
                    assertEquals(501, ((AwsServiceException) failed.getCause()).statusCode());
                }));
    }

    private static DynamicTest call(String module, Supplier<Integer> call) {
        return DynamicTest.dynamicTest(module, () -> assertEquals(0, call.get()));
    }

    private static DynamicTest missing(String module, Runnable call) {
        return DynamicTest.dynamicTest(
                module,
                () -> assertEquals(
                        501, assertThrows(AwsServiceException.class, call::run).statusCode()));
    }
}
