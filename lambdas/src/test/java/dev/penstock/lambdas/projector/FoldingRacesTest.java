package dev.penstock.lambdas.projector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.tables.TableNames;
import dev.penstock.lambdas.testing.FaultyClient;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** Rows are folded while functions die, answers are lost, shards count and others fold: readers see the same sums. */
@Tag("rule-9")
class FoldingRacesTest extends FoldingShop {
    /** Something happens once, between the reading of the rows and the transaction. */
    private DynamoDbClient meanwhile(Runnable something) {
        AtomicBoolean once = new AtomicBoolean();
        return FaultyClient.wrap(
                shop.breakable(),
                new FaultyClient.Around() {
                    @Override
                    public void before(String operation) {
                        if (operation.equals("transactWriteItems") && once.compareAndSet(false, true)) {
                            something.run();
                        }
                    }
                },
                request -> request);
    }

    /** 120 rows are two transactions for each aggregate; the function dies around them. */
    @Test
    void crashBetweenTwoTransactions() {
        throughShards(120, "search");
        shop.usage.advance(LONG);
        AtomicInteger calls = new AtomicInteger();
        int crashes = 0;
        shop.faults(new FaultyClient.Around() {
            @Override
            public void before(String operation) {
                if (operation.equals("transactWriteItems") && calls.incrementAndGet() % 3 == 0) {
                    throw new FaultyClient.Crash();
                }
            }

            @Override
            public void after(String operation) {
                if (operation.equals("transactWriteItems") && calls.incrementAndGet() % 3 == 0) {
                    throw new FaultyClient.Crash();
                }
            }
        });
        for (int i = 0; i < 20; i++) {
            try {
                shop.fold();
            } catch (FaultyClient.Crash crash) {
                crashes++;
                shop.assertExact();
            }
        }
        assertTrue(crashes >= 2, "crashes: " + crashes);
        assertEquals(Set.of(Aggregate.FOLDED), lanes("search"));
        shop.assertExact();
    }

    /** A throttled transaction is tried again; here its deletions have taken effect or not, all with its sums. */
    @Test
    void aTransactionWithoutAnswerIsTriedAgain() {
        throughShards(5, "search");
        shop.usage.advance(LONG);
        AtomicInteger calls = new AtomicInteger();
        shop.faults(new FaultyClient.Around() {
            @Override
            public void after(String operation) {
                if (operation.equals("transactWriteItems") && calls.incrementAndGet() % 2 == 1) {
                    throw DynamoDbException.builder()
                            .awsErrorDetails(AwsErrorDetails.builder()
                                    .errorCode("InternalServerError")
                                    .build())
                            .build();
                }
            }
        });
        shop.fold();
        assertEquals(Set.of(Aggregate.FOLDED), lanes("search"));
        shop.assertExact();
    }

    @Test
    void aShardCountsAtTheSameMoment() {
        throughShards(4, "search");
        shop.usage.advance(LONG);
        shop.fold(meanwhile(() -> counted("search1", "search", 900)));
        shop.assertExact();
        assertTrue(lanes("search").contains(Aggregate.FOLDED), "the others are folded all the same");
    }

    /** The row that a count has read is folded before it writes: minimum and maximum are read, then set. */
    @Test
    void rowsAreFoldedWhileAShardCounts() {
        throughShards(3, "search");
        shop.usage.advance(LONG);
        AtomicBoolean once = new AtomicBoolean();
        DynamoDbClient plain = shop.breakable();
        shop.use(FaultyClient.wrap(plain, new FaultyClient.Around() {}, request -> {
            if (request instanceof UpdateItemRequest count
                    && count.tableName().equals("LongestUsage")
                    && once.compareAndSet(false, true)) {
                shop.fold(plain);
            }
            return request;
        }));
        counted("search0", "search", 3);
        assertTrue(once.get());
        assertEquals(Set.of(lane("search0"), Aggregate.FOLDED), lanes("search"));
        shop.assertExact();
    }

    @Test
    void twoFoldTheSameRows() {
        throughShards(4, "search");
        shop.usage.advance(LONG);
        shop.fold(meanwhile(() -> shop.fold(shop.breakable())));
        assertEquals(Set.of(Aggregate.FOLDED), lanes("search"));
        shop.assertExact();
    }

    /** Another one folds other rows of the group, after this one has read the maximum. */
    @Test
    void twoFoldOtherRowsOfAGroup() {
        throughShards(2, "search");
        shop.usage.advance(LONG);
        shop.fold();
        throughShards(2, "search");
        shop.usage.advance(LONG);
        AtomicBoolean once = new AtomicBoolean();
        shop.fold(FaultyClient.wrap(shop.breakable(), new FaultyClient.Around() {}, request -> {
            if (request instanceof TransactWriteItemsRequest fold
                    && fold.transactItems().getFirst().delete().tableName().equals("LongestUsage")
                    && once.compareAndSet(false, true)) {
                counted("late1", "search", 700);
                counted("late2", "search", 800);
                var late = shop.rows("LongestUsage").stream()
                        .filter(row -> FoldedRows.lane(row).contains("late"))
                        .toList();
                new FoldedRows(longest(), shop.breakable(), new TableNames("")).fold("search", late);
            }
            return request;
        }));
        assertTrue(once.get());
        assertEquals(Set.of(Aggregate.FOLDED), lanes("search"), "it is tried again with what stands there now");
        shop.assertExact();
    }

    /** The hole outlives the row whose watermark passed it; a redrive fills it once, and its row is folded in turn. */
    @Test
    void aHoleIsFilledAfterItsRowWasFolded() {
        AtomicBoolean refused = new AtomicBoolean(true);
        shop.use(FaultyClient.wrap(shop.breakable(), new FaultyClient.Around() {}, request -> {
            if (refused.get()
                    && request instanceof UpdateItemRequest count
                    && count.tableName().equals("LongestUsage")) {
                throw DynamoDbException.builder()
                        .awsErrorDetails(AwsErrorDetails.builder()
                                .errorCode("ValidationException")
                                .build())
                        .build();
            }
            return request;
        }));
        List<DynamodbStreamRecord> passed = counted("search0", "search", 70);
        refused.set(false);
        throughShards(3, "search");
        assertFalse(shop.differences().isEmpty());
        shop.usage.advance(LONG);
        shop.fold();
        assertEquals(Set.of(Aggregate.FOLDED), lanes("search"));
        for (int i = 0; i < 2; i++) {
            shop.redrive(passed);
            shop.assertExact();
        }
        assertEquals(2, lanes("search").size());
        shop.fold();
        assertEquals(Set.of(Aggregate.FOLDED), lanes("search"));
        shop.redrive(passed);
        shop.assertExact();
    }
}
