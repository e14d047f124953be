package dev.penstock.local.counting;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import dev.penstock.lambdas.catalog.Table;
import java.util.List;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** A way to count events, with tables of its own. */
interface Strategy {
    /** As the table of results shows it. */
    String name();

    /** Tables to create before the first event. */
    List<Table> tables();

    /** Tables that hold the counts: rows with {@code feature}, {@code events} and {@code durationMs}. */
    String counts();

    /** A function that was just started, with this client. */
    Function start(DynamoDbClient client);

    /** A function's process. */
    interface Function {
        /** Counts a batch; throws what makes the batch fail. */
        void handle(String shardId, List<DynamodbStreamRecord> batch);
    }
}
