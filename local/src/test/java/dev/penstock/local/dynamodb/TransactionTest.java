package dev.penstock.local.dynamodb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.penstock.local.store.TestTables;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.IdempotentParameterMismatchException;
import software.amazon.awssdk.services.dynamodb.model.ParameterizedStatement;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.TransactGetItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

class TransactionTest {
    @TempDir
    static Path folder;

    private static LocalDynamoDb local;

    @BeforeAll
    static void start() {
        local = new LocalDynamoDb(folder);
        TestTables.create(local.client, "Accounts");
    }

    @AfterAll
    static void stop() {
        local.close();
    }

    @Test
    void consumesTwiceForWritesAndReadsOnlyWhenRepeated() {
        TransactWriteItemsResponse first = pair("capacity");
        assertEquals(4, first.consumedCapacity().getFirst().capacityUnits());
        assertEquals(4, first.consumedCapacity().getFirst().writeCapacityUnits());
        TransactWriteItemsResponse again = pair("capacity");
        assertEquals(4, again.consumedCapacity().getFirst().readCapacityUnits());
        var read = local.client.transactGetItems(get -> get.returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)
                .transactItems(TransactGetItem.builder()
                        .get(one -> one.tableName("Accounts").key(Map.of("id", s("acapacity"))))
                        .build()));
        assertEquals(2, read.consumedCapacity().getFirst().readCapacityUnits());
    }

    @Test
    void refusesATokenWithAnotherRequest() {
        pair("token");
        assertThrows(
                IdempotentParameterMismatchException.class,
                () -> local.client.transactWriteItems(
                        write -> write.clientRequestToken("token").transactItems(put("other"))));
    }

    @Test
    void aTransactionOfStatementsIsDoneOnceUnderItsToken() {
        local.client.putItem(
                put -> put.tableName("Accounts").item(Map.of("id", s("statements"), "n", AttributeValue.fromN("1"))));
        for (int i = 0; i < 3; i++) {
            statement("once", "UPDATE Accounts SET n = n + 1 WHERE id = 'statements'");
        }
        assertEquals(
                "2",
                local.client
                        .getItem(get -> get.tableName("Accounts").key(Map.of("id", s("statements"))))
                        .item()
                        .get("n")
                        .n());
        assertThrows(
                IdempotentParameterMismatchException.class,
                () -> statement("once", "UPDATE Accounts SET n = n + 5 WHERE id = 'statements'"));
        local.clock.advance(Duration.ofMinutes(11));
        statement("once", "UPDATE Accounts SET n = n + 5 WHERE id = 'statements'");
    }

    private static void statement(String token, String statement) {
        local.client.executeTransaction(execute -> execute.clientRequestToken(token)
                .transactStatements(
                        ParameterizedStatement.builder().statement(statement).build()));
    }

    @Test
    void showsTheItemThatFailedItsCheck() {
        local.client.putItem(put -> put.tableName("Accounts").item(Map.of("id", s("seen"), "v", s("old"))));
        TransactionCanceledException canceled = assertThrows(
                TransactionCanceledException.class,
                () -> local.client.transactWriteItems(write -> write.transactItems(
                        put("never"),
                        TransactWriteItem.builder()
                                .conditionCheck(check -> check.tableName("Accounts")
                                        .key(Map.of("id", s("seen")))
                                        .conditionExpression("attribute_not_exists(id)")
                                        .returnValuesOnConditionCheckFailure("ALL_OLD"))
                                .build())));
        assertEquals(
                List.of("None", "ConditionalCheckFailed"),
                canceled.cancellationReasons().stream()
                        .map(reason -> reason.code())
                        .toList());
        assertEquals(s("old"), canceled.cancellationReasons().get(1).item().get("v"));
        assertEquals(
                false,
                local.client
                        .getItem(get -> get.tableName("Accounts").key(Map.of("id", s("never"))))
                        .hasItem());
    }

    @Test
    void concurrentTransactionsOnOneItemConflictAndNoneIsLost() {
        AtomicInteger done = new AtomicInteger();
        AtomicInteger conflicts = new AtomicInteger();
        try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 200; i++) {
                var _ = writers.submit(() -> {
                    try {
                        local.client.transactWriteItems(write -> write.transactItems(TransactWriteItem.builder()
                                .update(update -> update.tableName("Accounts")
                                        .key(Map.of("id", s("hot")))
                                        .updateExpression("ADD n :one")
                                        .expressionAttributeValues(Map.of(":one", AttributeValue.fromN("1"))))
                                .build()));
                        done.incrementAndGet();
                    } catch (TransactionCanceledException canceled) {
                        if (canceled.cancellationReasons().getFirst().code().equals("TransactionConflict")) {
                            conflicts.incrementAndGet();
                        }
                    }
                });
            }
        }
        assertEquals(200, done.get() + conflicts.get());
        assertEquals(
                String.valueOf(done.get()),
                local.client
                        .getItem(get -> get.tableName("Accounts").key(Map.of("id", s("hot"))))
                        .item()
                        .get("n")
                        .n());
    }

    private static TransactWriteItemsResponse pair(String token) {
        return local.client.transactWriteItems(write -> write.clientRequestToken(token)
                .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)
                .transactItems(put("a" + token), put("b" + token)));
    }

    private static TransactWriteItem put(String id) {
        return TransactWriteItem.builder()
                .put(put -> put.tableName("Accounts").item(Map.of("id", s(id))))
                .build();
    }

    private static AttributeValue s(String text) {
        return AttributeValue.fromS(text);
    }
}
