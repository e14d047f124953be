package dev.penstock.local.dax;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactGetItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsResponse;

/**
 * TransactWriteItems: passed through and answered; in the background the items are then read with TransactGetItems into
 * the item cache ("DAX and DynamoDB consistency models", Amazon DynamoDB Developer Guide).
 */
final class TransactWriteOperation implements Operation {
    private static final int PUT = 2;
    private static final int DELETE = 7;
    private static final int UPDATE = 9;
    private static final int CONDITION_CHECK = 12;
    private static final int MAX_BACKGROUND_READS = 64;

    private final DaxState dax;
    private final Executor background;
    private final Semaphore backgroundReads = new Semaphore(MAX_BACKGROUND_READS);

    TransactWriteOperation(DaxState dax, Executor background) {
        this.dax = dax;
        this.background = background;
    }

    private record Action(
            int operation,
            String table,
            Map<String, AttributeValue> key,
            Map<String, AttributeValue> item,
            @Nullable String condition,
            @Nullable String update,
            Placeholders placeholders,
            ReturnValuesOnConditionCheckFailure onFailure) {
        TransactWriteItem toRequest() {
            TransactWriteItem.Builder action = TransactWriteItem.builder();
            switch (operation) {
                case PUT ->
                    action.put(put -> put.tableName(table)
                            .item(item)
                            .conditionExpression(condition)
                            .expressionAttributeNames(placeholders.names())
                            .expressionAttributeValues(placeholders.values())
                            .returnValuesOnConditionCheckFailure(onFailure));
                case DELETE ->
                    action.delete(delete -> delete.tableName(table)
                            .key(key)
                            .conditionExpression(condition)
                            .expressionAttributeNames(placeholders.names())
                            .expressionAttributeValues(placeholders.values())
                            .returnValuesOnConditionCheckFailure(onFailure));
                case UPDATE ->
                    action.update(update -> update.tableName(table)
                            .key(key)
                            .updateExpression(this.update)
                            .conditionExpression(condition)
                            .expressionAttributeNames(placeholders.names())
                            .expressionAttributeValues(placeholders.values())
                            .returnValuesOnConditionCheckFailure(onFailure));
                case CONDITION_CHECK ->
                    action.conditionCheck(check -> check.tableName(table)
                            .key(key)
                            .conditionExpression(condition)
                            .expressionAttributeNames(placeholders.names())
                            .expressionAttributeValues(placeholders.values())
                            .returnValuesOnConditionCheckFailure(onFailure));
                default -> throw new MalformedRequestException("unknown action " + operation + " in a transaction");
            }
            return action.build();
        }
    }

    @Override
    public boolean run(CborReader arguments, Session session, CborWriter out) {
        List<Action> actions = readActions(arguments);
        Options options = new Options(arguments);
        List<ItemKey> written = actions.stream()
                .filter(action -> action.operation() != CONDITION_CHECK)
                .map(action -> new ItemKey(
                        action.table(), dax.schemas().of(action.table()).encode(action.key())))
                .toList();
        TransactWriteItemsRequest request = TransactWriteItemsRequest.builder()
                .transactItems(actions.stream().map(Action::toRequest).toList())
                .clientRequestToken(options.name(Options.CLIENT_REQUEST_TOKEN))
                .returnConsumedCapacity(Capacity.requested(options))
                .returnItemCollectionMetrics(Capacity.requestedMetrics(options))
                .build();
        TransactWriteItemsResponse response = dax.itemCache().write(written, () -> {
            try {
                return dax.store().transactWriteItems(request);
            } catch (RuntimeException failure) {
                if (WriteThrough.mayHaveHappened(failure)) {
                    written.forEach(dax.itemCache()::drop);
                }
                throw failure;
            }
        });
        out.array(3).array(0);
        Capacity.writeAllOfTransaction(response.consumedCapacity(), out);
        Capacity.writeByTable(response.itemCollectionMetrics(), out);
        fillInBackground(written);
        return false;
    }

    private List<Action> readActions(CborReader in) {
        List<Integer> operations = Columns.read(in, CborReader::readInt);
        List<String> tables = Columns.read(in, CborReader::readName);
        List<byte[]> keys = Columns.read(in, CborReader::readBytes);
        List<@Nullable CborReader> values = Columns.read(in, value -> value.tryNull() ? null : value.readNested());
        Columns.read(in, value -> {
            value.skip();
            return 0;
        });
        List<Integer> onFailure = Columns.read(in, value -> value.tryNull() ? 1 : value.readInt());
        List<byte @Nullable []> conditions = Columns.read(in, Columns::nullableBytes);
        List<byte @Nullable []> updates = Columns.read(in, Columns::nullableBytes);
        List<Action> actions = new ArrayList<>();
        for (int i = 0; i < operations.size(); i++) {
            String table = Columns.at(tables, i);
            Map<String, AttributeValue> key = dax.schemas().of(table).decode(Columns.at(keys, i));
            CborReader value = Columns.orNull(values, i);
            Placeholders placeholders = new Placeholders();
            Integer whenFailed = Columns.orNull(onFailure, i);
            actions.add(new Action(
                    operations.get(i),
                    table,
                    key,
                    value == null ? key : dax.items().read(value, key),
                    ExpressionRenderer.condition(Columns.orNull(conditions, i), placeholders),
                    ExpressionRenderer.update(Columns.orNull(updates, i), placeholders),
                    placeholders,
                    whenFailed != null && whenFailed == 2
                            ? ReturnValuesOnConditionCheckFailure.ALL_OLD
                            : ReturnValuesOnConditionCheckFailure.NONE));
        }
        return actions;
    }

    /** Where too many such reads wait already, the items leave the cache instead. */
    private void fillInBackground(List<ItemKey> written) {
        if (!backgroundReads.tryAcquire()) {
            written.forEach(dax.itemCache()::drop);
            return;
        }
        background.execute(() -> {
            try {
                fill(written);
            } catch (RuntimeException unreadable) {
                written.forEach(dax.itemCache()::drop);
            } finally {
                backgroundReads.release();
            }
        });
    }

    private void fill(List<ItemKey> written) {
        List<Long> stamps = written.stream().map(dax.itemCache()::stamp).toList();
        List<ItemResponse> read = dax.store()
                .transactGetItems(request -> request.transactItems(written.stream()
                        .map(key -> TransactGetItem.builder()
                                .get(get -> get.tableName(key.table())
                                        .key(dax.schemas().of(key.table()).decode(key.key())))
                                .build())
                        .toList()))
                .responses();
        for (int i = 0; i < written.size(); i++) {
            ItemKey key = written.get(i);
            KeySchema schema = dax.schemas().of(key.table());
            CachedItem item =
                    read.get(i).hasItem() ? dax.items().encode(read.get(i).item(), schema) : CachedItem.MISSING;
            dax.itemCache().fill(key, stamps.get(i), item);
        }
    }
}
