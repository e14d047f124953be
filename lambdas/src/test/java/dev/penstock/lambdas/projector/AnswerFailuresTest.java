package dev.penstock.lambdas.projector;

import static dev.penstock.lambdas.testing.ShopItems.order;
import static dev.penstock.lambdas.testing.ShopItems.usage;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import dev.penstock.lambdas.testing.FaultyClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;

/** What a consumer answers decides what Lambda delivers again. */
class AnswerFailuresTest extends ShopTest {
    /** A misspelt key would be a success: Lambda checkpoints the whole batch. */
    @Tag("mode-5")
    @Test
    void failuresStandUnderTheKeyThatLambdaReads() throws IOException {
        orders(3);
        shop.usage.put(usage("e1", "search", 10, 1));
        assertEquals("{\"batchItemFailures\":[]}", shop.answer(shop.orders.records()));
        assertEquals("{\"state\":{},\"batchItemFailures\":[]}", shop.answer("shard", shop.usage.records()));
        shop.orders.put(order("c9", "o9", "NEW", 1, "p1"));
        shop.usage.put(usage("e2", "search", 10, 1));
        throttleAll();
        for (String answer :
                List.of(shop.answer(List.of(shop.orders.last())), shop.answer("shard", List.of(shop.usage.last())))) {
            assertTrue(
                    answer.matches(
                            "\\{(\"state\":\\{},)?\"batchItemFailures\":\\[\\{\"itemIdentifier\":\"\\d{21,40}\"}]}"),
                    answer);
        }
    }

    /** An identifier that Lambda does not find in the batch, none or an empty one would fail the whole batch. */
    @Tag("mode-6")
    @Test
    void theOneIdentifierIsTheLowestSequenceNumberThatFailed() throws IOException {
        orders(5);
        shop.deliver(shop.orders.records().subList(0, 3));
        shop.faults(new FaultyClient.Around() {
            @Override
            public void before(String operation) {
                if (!operation.equals("getItem")) {
                    throw ProvisionedThroughputExceededException.builder().build();
                }
            }
        });
        for (int from : List.of(0, 3)) {
            List<DynamodbStreamRecord> batch =
                    new ArrayList<>(shop.orders.records().subList(from, 5));
            Collections.reverse(batch);
            StreamsEventResponse response = shop.deliver(batch);
            assertEquals(1, response.getBatchItemFailures().size());
            assertEquals(
                    shop.orders.records().get(from).getDynamodb().getSequenceNumber(),
                    response.getBatchItemFailures().getFirst().getItemIdentifier());
        }
    }

    /** Without it the invocation fails, and a final one that fails holds its shard; it has no records. */
    @Tag("rule-9")
    @Test
    void everyAnswerToAWindowHasState() throws IOException {
        assertEquals("{\"state\":{},\"batchItemFailures\":[]}", shop.answer("shard", List.of()));
    }
}
