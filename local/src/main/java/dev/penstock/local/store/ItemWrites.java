package dev.penstock.local.store;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.journal.Cause;
import dev.penstock.local.journal.Change;
import dev.penstock.local.journal.ItemKey;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/** The writes of one item. The engine is asked for both images; the caller gets the values it asked for. */
final class ItemWrites {
    private static final Set<ReturnValue> OLD_OR_NONE = Set.of(ReturnValue.NONE, ReturnValue.ALL_OLD);

    private final WriteGate gate;

    ItemWrites(WriteGate gate) {
        this.gate = gate;
    }

    PutItemResponse put(PutItemRequest request) {
        Table table = gate.tables.active(request.tableName());
        ReturnValue wanted = wanted(request.returnValues(), request.returnValuesAsString());
        onlyOldOrNone(wanted);
        Map<String, AttributeValue> item = Images.canonical(request.item());
        ItemKey key = Keys.ofItem(table, item);
        IndexKeys.check(table, item);
        PutItemRequest full = request.toBuilder()
                .tableName(table.name())
                .item(item)
                .expressionAttributeValues(
                        values(request.expressionAttributeValues(), request.hasExpressionAttributeValues()))
                .returnValues(ReturnValue.ALL_OLD)
                .build();
        try (KeyLocks.Hold _ = gate.lock(key)) {
            gate.forget(key);
            return gate.commit(List.of(table), () -> {
                PutItemResponse response = gate.engine.putItem(full);
                var before = response.hasAttributes() ? response.attributes() : null;
                PutItemResponse answer = wanted == ReturnValue.ALL_OLD
                        ? response
                        : response.toBuilder().attributes(null).build();
                return new WriteGate.Commit<>(answer, List.of(new Change(table.number(), before, item, Cause.USER)));
            });
        }
    }

    DeleteItemResponse delete(DeleteItemRequest request, Cause cause) {
        Table table = gate.tables.active(request.tableName());
        ReturnValue wanted = wanted(request.returnValues(), request.returnValuesAsString());
        onlyOldOrNone(wanted);
        Map<String, AttributeValue> keyAttributes = Images.canonical(request.key());
        ItemKey key = Keys.ofKey(table, keyAttributes);
        DeleteItemRequest full = request.toBuilder()
                .tableName(table.name())
                .key(keyAttributes)
                .expressionAttributeValues(
                        values(request.expressionAttributeValues(), request.hasExpressionAttributeValues()))
                .returnValues(ReturnValue.ALL_OLD)
                .build();
        try (KeyLocks.Hold _ = gate.lock(key)) {
            gate.forget(key);
            return gate.commit(List.of(table), () -> {
                DeleteItemResponse response = gate.engine.deleteItem(full);
                List<Change> changes = response.hasAttributes()
                        ? List.of(new Change(table.number(), response.attributes(), null, cause))
                        : List.of();
                DeleteItemResponse answer = wanted == ReturnValue.ALL_OLD
                        ? response
                        : response.toBuilder().attributes(null).build();
                return new WriteGate.Commit<>(answer, changes);
            });
        }
    }

    UpdateItemResponse update(UpdateItemRequest request) {
        Table table = gate.tables.active(request.tableName());
        ReturnValue wanted = wanted(request.returnValues(), request.returnValuesAsString());
        Map<String, AttributeValue> keyAttributes = Images.canonical(request.key());
        ItemKey key = Keys.ofKey(table, keyAttributes);
        boolean updated = wanted == ReturnValue.UPDATED_OLD || wanted == ReturnValue.UPDATED_NEW;
        UpdatedPaths nested = updated && request.updateExpression() != null
                ? UpdatedPaths.nested(request.updateExpression(), request.expressionAttributeNames())
                        .orElse(null)
                : null;
        boolean partial = updated && nested == null;
        UpdateItemRequest full = request.toBuilder()
                .tableName(table.name())
                .key(keyAttributes)
                .expressionAttributeValues(
                        values(request.expressionAttributeValues(), request.hasExpressionAttributeValues()))
                .returnValues(partial ? wanted : ReturnValue.ALL_NEW)
                .build();
        try (KeyLocks.Hold _ = gate.lock(key)) {
            return gate.commit(List.of(table), () -> {
                var before = gate.before(table, key, keyAttributes);
                var shown = nested != null && wanted == ReturnValue.UPDATED_OLD
                        ? gate.read(table, keyAttributes, nested)
                        : null;
                UpdateItemResponse response = gate.engine.updateItem(full);
                var after = partial ? gate.read(table, keyAttributes) : response.attributes();
                IndexKeys.refusal(table, before, after).ifPresent(text -> {
                    gate.undo(table, keyAttributes, before);
                    throw AwsError.validation(text);
                });
                if (nested != null && wanted == ReturnValue.UPDATED_NEW) {
                    shown = gate.read(table, keyAttributes, nested);
                }
                return new WriteGate.Commit<>(
                        nested == null
                                ? answer(response, wanted, before)
                                : response.toBuilder().attributes(shown).build(),
                        List.of(new Change(table.number(), before, after, Cause.USER)));
            });
        }
    }

    private static UpdateItemResponse answer(
            UpdateItemResponse response, ReturnValue wanted, @Nullable Map<String, AttributeValue> before) {
        return switch (wanted) {
            case NONE -> response.toBuilder().attributes(null).build();
            case ALL_OLD -> response.toBuilder().attributes(before).build();
            default -> response;
        };
    }

    private static ReturnValue wanted(@Nullable ReturnValue value, @Nullable String text) {
        if (value == ReturnValue.UNKNOWN_TO_SDK_VERSION) {
            throw AwsError.validation("1 validation error detected: Value '" + text
                    + "' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set:"
                    + " [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]");
        }
        return value == null ? ReturnValue.NONE : value;
    }

    private static void onlyOldOrNone(ReturnValue wanted) {
        if (!OLD_OR_NONE.contains(wanted)) {
            throw AwsError.validation("ReturnValues can only be ALL_OLD or NONE");
        }
    }

    /** An absent map stays absent: the engine tells it from an empty one. */
    static @Nullable Map<String, AttributeValue> values(Map<String, AttributeValue> values, boolean given) {
        return given ? Images.canonical(values) : null;
    }
}
