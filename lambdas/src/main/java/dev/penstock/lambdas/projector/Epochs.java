package dev.penstock.lambdas.projector;

import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.tables.TableNames;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;

/**
 * The epoch of each source, kept in one place: 1, raised whenever its changes begin to come from another table or
 * region, whose sequence numbers don't compare with the ones before.
 */
public final class Epochs {
    private static final String EPOCH = "epoch";

    private final DynamoDbClient client;
    private final TableNames names;
    private final Map<String, Integer> known = new ConcurrentHashMap<>();

    public Epochs(DynamoDbClient client, TableNames names) {
        this.client = client;
        this.names = names;
    }

    /** The epoch as this process knows it; read on first use. */
    public int of(String source) {
        Integer epoch = known.get(source);
        return epoch == null ? refresh(source) : epoch;
    }

    /** The epoch as the table has it now. */
    public int refresh(String source) {
        return learn(
                source,
                client.getItem(request -> request.tableName(names.physical(Catalog.EPOCHS))
                                .key(key(source))
                                .consistentRead(true))
                        .item());
    }

    /** Takes the epoch from the source's row, as someone has just read it; no attributes when there is no row. */
    int learn(String source, Map<String, AttributeValue> row) {
        AttributeValue epoch = row.get(EPOCH);
        int number = epoch == null ? 1 : Integer.parseInt(epoch.n());
        known.put(source, number);
        return number;
    }

    /** Begins a new epoch: what the stream tells from now on is later than all before. */
    public int raise(String source) {
        var answer = client.updateItem(request -> request.tableName(names.physical(Catalog.EPOCHS))
                .key(key(source))
                .updateExpression("SET #e = if_not_exists(#e, :one) + :one")
                .expressionAttributeNames(Map.of("#e", EPOCH))
                .expressionAttributeValues(Map.of(":one", AttributeValue.fromN("1")))
                .returnValues(ReturnValue.UPDATED_NEW));
        int epoch = Integer.parseInt(
                Objects.requireNonNull(answer.attributes().get(EPOCH)).n());
        known.put(source, epoch);
        return epoch;
    }

    private static Map<String, AttributeValue> key(String source) {
        return Map.of("source", AttributeValue.fromS(source));
    }
}
