package dev.penstock.local.dax;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.dax.exceptions.DaxServiceException;

/** The same steps through the plain client and, in another store, through DAX give equal answers and equal tables. */
@Timeout(120)
class DifferentialTest {
    private static EmbeddedDynamo plain;
    private static EmbeddedDynamo behindDax;
    private static DaxServer server;
    private static DynamoDbClient dax;

    @BeforeAll
    static void start() {
        plain = new EmbeddedDynamo();
        behindDax = new EmbeddedDynamo();
        server = DaxServer.start(
                behindDax.client(), DaxSettings.defaults().withPorts(0, DaxSettings.NO_TLS), InstantSource.system());
        dax = DaxClients.sync(server.url());
    }

    @AfterAll
    static void stop() {
        dax.close();
        server.close();
        plain.close();
        behindDax.close();
    }

    static Stream<Scenario> scenarios() {
        return Stream.<Scenario[]>of(
                        ItemScenario.values(),
                        ExpressionScenario.values(),
                        QueryScenario.values(),
                        BatchScenario.values(),
                        AnswerScenario.values())
                .flatMap(Stream::of);
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void sameAnswers(Scenario scenario) {
        List<Object> expected = run(scenario, plain.client(), scenario.name());
        List<Object> actual = run(scenario, dax, scenario.name());
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i), actual.get(i), scenario + ", step " + i);
        }
        assertEquals(expected.size(), actual.size());
        assertEquals(tables(plain.client()), tables(behindDax.client()), "what is stored after " + scenario);
    }

    private static List<Object> run(Scenario scenario, DynamoDbClient client, String id) {
        List<Object> answers = new ArrayList<>();
        for (Function<DynamoDbClient, SdkPojo> step : scenario.steps(id)) {
            Object answer = answer(client, step);
            if (scenario != AnswerScenario.CAPACITY && answer instanceof Map<?, ?> members) {
                members.remove("ConsumedCapacity"); // DynamoDB Local sometimes tells it unasked
            }
            answers.add(answer);
        }
        return answers;
    }

    static Object answer(DynamoDbClient client, Function<DynamoDbClient, SdkPojo> step) {
        try {
            return Normal.of(step.apply(client));
        } catch (TransactionCanceledException canceled) {
            // The Java client adds a reason when it knows the names of its item, so their order may change on the way.
            return canceled.cancellationReasons().stream()
                    .map(reason -> reason.code() + Normal.of((SdkPojo) reason).get("Item"))
                    .sorted()
                    .toList();
        } catch (AwsServiceException refused) {
            return refusal(refused);
        }
    }

    /** Kind and message; what the DAX client refuses on its own has a message of its own. */
    private static String refusal(AwsServiceException refused) {
        if (refused instanceof DaxServiceException && refused.statusCode() < 0) {
            return "DynamoDbException";
        }
        String kind = refused.getClass().getSimpleName();
        return kind.equals("DynamoDbException") && refused.getMessage().startsWith("ALL_PROJECTED_ATTRIBUTES can be")
                ? kind
                : kind + ": " + refused.getMessage().replaceAll("^\\[[0-9.]+] | \\(Service: .*", "");
    }

    static List<Object> tables(DynamoDbClient client) {
        List<Object> contents = new ArrayList<>();
        for (String table : EmbeddedDynamo.TABLES) {
            contents.add(client.scanPaginator(scan -> scan.tableName(table)).items().stream()
                    .map(Normal::of)
                    .collect(Collectors.toSet()));
        }
        return contents;
    }
}
