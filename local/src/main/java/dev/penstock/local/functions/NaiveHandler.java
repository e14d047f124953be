package dev.penstock.local.functions;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * What a tutorial shows: a client with all its defaults and an update per record. Only measured against; its class file
 * is copied into a function of its own, so it may use nothing else of Penstock.
 */
public final class NaiveHandler implements RequestHandler<DynamodbEvent, String> {
    private final DynamoDbClient client = DynamoDbClient.create();

    @Override
    public String handleRequest(DynamodbEvent event, @Nullable Context context) {
        for (var record : event.getRecords()) {
            String customer =
                    record.getDynamodb().getKeys().values().iterator().next().getS();
            client.updateItem(request -> request.tableName("CustomerTotals")
                    .key(Map.of("group", AttributeValue.fromS(customer), "lane", AttributeValue.fromS("0")))
                    .updateExpression("ADD #n :one")
                    .expressionAttributeNames(Map.of("#n", "orders"))
                    .expressionAttributeValues(Map.of(":one", AttributeValue.fromN("1"))));
        }
        return "done";
    }
}
