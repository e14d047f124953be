package dev.penstock.lambdas.welcome;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.penstock.lambdas.testing.FaultyClient;
import java.lang.reflect.InvocationTargetException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.AssertionFailedError;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;

/** The tests of mails again, with claims that are made whoever holds them: then somebody is written to twice. */
class MissingClaimTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "redeliveryMailsNobodyTwice",
                "crashInsideTheSendIsReportedNotGuessed",
                "mailWithoutClearAnswerIsNotRepeated",
                "refusedMailIsSentOnceByARedriveWhenSesTakesIt"
            })
    void withoutItsConditionSomebodyIsWrittenToTwice(String test) throws ReflectiveOperationException {
        var unclaimed = new Unclaimed();
        try {
            var method = WelcomeEmailTest.class.getDeclaredMethod(test);
            method.setAccessible(true);
            var wrong = assertThrows(InvocationTargetException.class, () -> method.invoke(unclaimed), test);
            assertInstanceOf(AssertionFailedError.class, wrong.getCause());
        } finally {
            unclaimed.close();
        }
    }

    private static final class Unclaimed extends WelcomeEmailTest {
        @Override
        DynamoDbClient client() {
            return FaultyClient.wrap(
                    super.client(),
                    new FaultyClient.Around() {},
                    request -> request instanceof PutItemRequest claim
                            ? claim.toBuilder()
                                    .conditionExpression(null)
                                    .expressionAttributeNames(null)
                                    .expressionAttributeValues(null)
                                    .build()
                            : request);
        }
    }
}
