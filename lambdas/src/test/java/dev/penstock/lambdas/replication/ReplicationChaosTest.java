package dev.penstock.lambdas.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.penstock.lambdas.catalog.Replication;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;

/**
 * Whatever the delivery, the target is what the last writers left; and where a safeguard is missing, it is not. {@code
 * -Dpenstock.tries=N} runs N histories.
 */
class ReplicationChaosTest {
    private static final int TRIES = Integer.getInteger("penstock.tries", 12);
    private static final int STEPS = Integer.getInteger("penstock.steps", 250);
    private static final int BROKEN_TRIES = 40;

    /** A safeguard taken away, by changing what is sent. */
    enum Breakage {
        /** Rows are written whatever stands there. */
        CONDITION(request -> request instanceof PutItemRequest put
                ? put.toBuilder()
                        .conditionExpression(null)
                        .expressionAttributeNames(null)
                        .expressionAttributeValues(null)
                        .build()
                : request),
        /** Only writes of other places are looked at: those of one are taken in the order in which they come. */
        ORDER(request -> request instanceof PutItemRequest put
                        && put.conditionExpression().contains("#origin")
                ? put.toBuilder()
                        .conditionExpression("attribute_not_exists(#key) OR #origin = :origin")
                        .expressionAttributeNames(Map.of(
                                "#key", put.expressionAttributeNames().get("#key"), "#origin", Replication.ORIGIN))
                        .expressionAttributeValues(Map.of(
                                ":origin", put.expressionAttributeValues().get(":origin")))
                        .build()
                : request),
        /** A deleted item leaves nothing behind that knows when. */
        TOMBSTONE(request -> request instanceof PutItemRequest put && put.item().containsKey(Replication.REMOVED)
                ? put.toBuilder()
                        .item(Map.of(
                                "order",
                                put.item().get("order"),
                                Replication.REMOVED,
                                AttributeValue.fromBool(true),
                                Replication.ORIGIN,
                                put.item().get(Replication.ORIGIN),
                                Replication.VERSION,
                                AttributeValue.fromS("")))
                        .build()
                : request);

        @SuppressWarnings("ImmutableEnumChecker") // functions without state
        private final UnaryOperator<DynamoDbRequest> change;

        Breakage(UnaryOperator<DynamoDbRequest> change) {
            this.change = change;
        }
    }

    @Test
    void targetIsWhatTheLastWritersLeft() {
        for (long seed = 1; seed <= TRIES; seed++) {
            assertEquals(Map.of(), ReplicationChaos.differences(seed, STEPS, request -> request), "seed " + seed);
        }
    }

    @ParameterizedTest
    @EnumSource
    void missingSafeguardIsNoticed(Breakage breakage) {
        for (long seed = 1; seed <= BROKEN_TRIES; seed++) {
            if (!ReplicationChaos.differences(seed, STEPS, breakage.change).isEmpty()) {
                return;
            }
        }
        fail(BROKEN_TRIES + " histories without " + breakage + " are all exact: the test can't see it");
    }
}
