package dev.penstock.lambdas.projector;

import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.testing.FaultyClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.Update;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** A safeguard taken away, by changing what the projector sends: chaos has to notice. */
enum Breakage {
    NOTHING(request -> request),
    /** Control rows are written whatever they held. */
    CONDITION(request -> transaction(
            request,
            put -> put.toBuilder()
                    .conditionExpression(null)
                    .expressionAttributeNames(null)
                    .expressionAttributeValues(null)
                    .build(),
            update -> or("attribute_exists(#g)", update))),
    /** The guard is checked, the stored contribution is not: the stream's old image is believed. */
    STORED_CONTRIBUTION(request -> transaction(
            request,
            put -> {
                String condition = put.conditionExpression();
                return condition.contains("#g < :new")
                        ? put.toBuilder()
                                .conditionExpression("attribute_not_exists(#g) OR #g < :new")
                                .expressionAttributeNames(Map.of("#g", ControlRow.GUARD))
                                .expressionAttributeValues(Map.of(
                                        ":new", put.expressionAttributeValues().get(":new")))
                                .build()
                        : put;
            },
            update -> or("#g < :new", update))),
    /** No control row is kept. */
    CONTROL_ROW(request -> request instanceof TransactWriteItemsRequest transaction
            ? without(transaction, Breakage::isControl)
            : request),
    /** Nothing is remembered of an item that is gone. */
    TOMBSTONE(request -> request instanceof TransactWriteItemsRequest transaction
            ? transaction.toBuilder()
                    .transactItems(transaction.transactItems().stream()
                            .map(Breakage::forget)
                            .toList())
                    .build()
            : request),
    /** What is remembered of an expired item goes like a tombstone, though its share stays. */
    KEPT_SHARE(request -> transaction(
            request,
            put -> {
                Map<String, AttributeValue> effects =
                        put.item().get(ControlRow.EFFECTS).m();
                Map<String, AttributeValue> item = new HashMap<>(put.item());
                if (effects.containsKey("AllUsage") && !effects.containsKey("LiveUsage")) {
                    item.put(ControlRow.EXPIRES_AT, AttributeValue.fromN("1"));
                }
                return put.toBuilder().item(item).build();
            },
            Breakage::expireWithoutLiveUsage)),
    /** Rows of fixed views are written whatever guard they had. */
    GUARD_IN_ROW(
            request -> request instanceof PutItemRequest put && put.tableName().equals("OpenOrders")
                    ? put.toBuilder()
                            .conditionExpression(null)
                            .expressionAttributeNames(null)
                            .expressionAttributeValues(null)
                            .build()
                    : request),
    /** Windowed rows count whatever their watermark is. */
    WATERMARK(request -> request instanceof UpdateItemRequest update
            ? update.toBuilder()
                    .conditionExpression(null)
                    .expressionAttributeValues(update.expressionAttributeValues().entrySet().stream()
                            .filter(entry -> !List.of(":first", ":stored").contains(entry.getKey()))
                            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)))
                    .build()
            : request),
    /** Watermarks pass over records of which nothing is noted where anybody looks. */
    HOLE(request -> request instanceof TransactWriteItemsRequest transaction
            ? transaction.toBuilder()
                    .transactItems(transaction.transactItems().stream()
                            .map(Breakage::misplaceHole)
                            .toList())
                    .build()
            : request),
    /** Nobody learns that a new epoch has begun. */
    EPOCH(request -> request instanceof GetItemRequest get && get.tableName().equals(Catalog.EPOCHS)
            ? get.toBuilder()
                    .key(Map.of("source", AttributeValue.fromS("none")))
                    .build()
            : request),
    /** The event source mapping is told that everything went well. */
    REPORT(request -> request),
    /** Control rows and what they remember are written one after the other. */
    ONE_TRANSACTION(request -> request),
    /** Rows are folded whatever became of them since they were read. */
    FOLD_CONDITION(request -> request instanceof TransactWriteItemsRequest transaction
            ? transaction.toBuilder()
                    .transactItems(transaction.transactItems().stream()
                            .map(Breakage::foldAnyway)
                            .toList())
                    .build()
            : request),
    /** A minimum or maximum is folded over whatever stands there by now. */
    FOLDED_VALUE(request -> request instanceof TransactWriteItemsRequest transaction
            ? transaction.toBuilder()
                    .transactItems(transaction.transactItems().stream()
                            .map(Breakage::overwriteFolded)
                            .toList())
                    .build()
            : request),
    /** Rows are deleted and added up one after the other. */
    FOLD_IN_ONE(request -> request),
    /** Rows are folded while what they have counted can still come again. */
    HORIZON(request -> request);

    @SuppressWarnings("ImmutableEnumChecker") // functions without state
    private final UnaryOperator<DynamoDbRequest> change;

    Breakage(UnaryOperator<DynamoDbRequest> change) {
        this.change = change;
    }

    boolean misreports() {
        return this == REPORT;
    }

    boolean foldsAtOnce() {
        return this == HORIZON;
    }

    DynamoDbClient wrap(DynamoDbClient client) {
        DynamoDbClient changed = FaultyClient.wrap(client, new FaultyClient.Around() {}, change);
        return switch (this) {
            case ONE_TRANSACTION -> oneAfterTheOther(changed, Breakage::isControl);
            case FOLD_IN_ONE -> oneAfterTheOther(changed, Breakage::isFoldedAway);
            default -> changed;
        };
    }

    private static DynamoDbClient oneAfterTheOther(DynamoDbClient client, Predicate<TransactWriteItem> first) {
        return FaultyClient.wrap(client, new FaultyClient.Around() {}, request -> {
            if (request instanceof TransactWriteItemsRequest transaction
                    && transaction.transactItems().size() > 1) {
                TransactWriteItemsRequest before = without(transaction, first.negate());
                TransactWriteItemsRequest rest = without(transaction, first);
                if (!before.transactItems().isEmpty() && !rest.transactItems().isEmpty()) {
                    client.transactWriteItems(before);
                    return rest;
                }
            }
            return request;
        });
    }

    private static TransactWriteItem misplaceHole(TransactWriteItem item) {
        Put put = item.put();
        if (put == null || !put.tableName().endsWith("Holes")) {
            return item;
        }
        Map<String, AttributeValue> misplaced = new HashMap<>(put.item());
        misplaced.put(
                "shard", AttributeValue.fromS("lost/" + put.item().get("shard").s()));
        return TransactWriteItem.builder()
                .put(put.toBuilder().item(misplaced).build())
                .build();
    }

    private static boolean isFoldedAway(TransactWriteItem item) {
        return item.delete() != null && item.delete().key().containsKey(Aggregate.LANE);
    }

    private static TransactWriteItem foldAnyway(TransactWriteItem item) {
        return isFoldedAway(item)
                ? TransactWriteItem.builder()
                        .delete(delete -> delete.tableName(item.delete().tableName())
                                .key(item.delete().key()))
                        .build()
                : item;
    }

    private static TransactWriteItem overwriteFolded(TransactWriteItem item) {
        Update update = item.update();
        if (update == null
                || !AttributeValue.fromS(Aggregate.FOLDED).equals(update.key().get(Aggregate.LANE))) {
            return item;
        }
        return TransactWriteItem.builder()
                .update(update.toBuilder()
                        .conditionExpression(null)
                        .expressionAttributeValues(update.expressionAttributeValues().entrySet().stream()
                                .filter(entry -> !entry.getKey().startsWith(":o"))
                                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)))
                        .build())
                .build();
    }

    private static Update or(String condition, Update update) {
        return update.toBuilder()
                .conditionExpression(condition + " OR (" + update.conditionExpression() + ")")
                .build();
    }

    private static Update expireWithoutLiveUsage(Update update) {
        String gone = update.expressionAttributeNames().entrySet().stream()
                .filter(name -> name.getValue().equals("LiveUsage"))
                .map(name -> ", #e." + name.getKey())
                .findFirst()
                .orElse("none");
        String removes =
                update.updateExpression().substring(update.updateExpression().indexOf(" REMOVE "));
        if (!(removes + ",").contains(gone + ",")) {
            return update;
        }
        Map<String, AttributeValue> values = new HashMap<>(update.expressionAttributeValues());
        values.put(":x", AttributeValue.fromN("1"));
        return update.toBuilder()
                .updateExpression(update.updateExpression()
                        .replace("SET ", "SET #x = :x, ")
                        .replace("REMOVE #x, ", "REMOVE "))
                .expressionAttributeValues(values)
                .build();
    }

    private static DynamoDbRequest transaction(
            DynamoDbRequest request, UnaryOperator<Put> control, UnaryOperator<Update> controlUpdate) {
        if (!(request instanceof TransactWriteItemsRequest transaction)) {
            return request;
        }
        List<TransactWriteItem> items = new ArrayList<>();
        for (TransactWriteItem item : transaction.transactItems()) {
            items.add(
                    !isControl(item)
                            ? item
                            : item.put() != null
                                    ? item.toBuilder()
                                            .put(control.apply(item.put()))
                                            .build()
                                    : item.toBuilder()
                                            .update(controlUpdate.apply(item.update()))
                                            .build());
        }
        return transaction.toBuilder().transactItems(items).build();
    }

    private static TransactWriteItem forget(TransactWriteItem item) {
        Put put = item.put();
        if (!isControl(item)
                || put == null
                || !put.item().get(ControlRow.EFFECTS).m().isEmpty()) {
            return item;
        }
        return TransactWriteItem.builder()
                .delete(delete -> delete.tableName(put.tableName())
                        .key(key(put))
                        .conditionExpression(put.conditionExpression())
                        .expressionAttributeNames(put.expressionAttributeNames())
                        .expressionAttributeValues(
                                put.hasExpressionAttributeValues() ? put.expressionAttributeValues() : null)
                        .returnValuesOnConditionCheckFailure(put.returnValuesOnConditionCheckFailure()))
                .build();
    }

    private static Map<String, AttributeValue> key(Put put) {
        List<String> own = List.of(ControlRow.GUARD, ControlRow.EFFECTS, ControlRow.EXPIRES_AT);
        return put.item().entrySet().stream()
                .filter(entry -> !own.contains(entry.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static TransactWriteItemsRequest without(
            TransactWriteItemsRequest transaction, Predicate<TransactWriteItem> dropped) {
        return transaction.toBuilder()
                .transactItems(transaction.transactItems().stream()
                        .filter(dropped.negate())
                        .toList())
                .build();
    }

    private static boolean isControl(TransactWriteItem item) {
        return (item.put() != null && item.put().tableName().endsWith("Control"))
                || (item.update() != null && item.update().tableName().endsWith("Control"));
    }
}
