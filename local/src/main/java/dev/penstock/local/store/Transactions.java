package dev.penstock.local.store;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.journal.Cause;
import dev.penstock.local.journal.Change;
import dev.penstock.local.journal.ItemKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** TransactWriteItems: all its changes are one frame of the journal, together with its client token. */
final class Transactions {
    private static final int MOST = 100;

    private final WriteGate gate;
    private final ClientTokens tokens;

    Transactions(WriteGate gate, ClientTokens tokens) {
        this.gate = gate;
        this.tokens = tokens;
    }

    TransactWriteItemsResponse write(TransactWriteItemsRequest request) {
        if (!request.hasTransactItems() || request.transactItems().isEmpty()) {
            throw AwsError.validation("1 validation error detected: Value '[]' at 'transactItems' failed to satisfy"
                    + " constraint: Member must have length greater than or equal to 1");
        }
        if (request.transactItems().size() > MOST) {
            throw AwsError.validation("1 validation error detected: Value at 'transactItems' failed to satisfy"
                    + " constraint: Member must have length less than or equal to " + MOST);
        }
        List<Action> actions = request.transactItems().stream()
                .map(item -> Action.of(item, gate.tables))
                .toList();
        String token = request.clientRequestToken();
        if (token == null) {
            return write(request, actions, null);
        }
        return tokens.once(
                token,
                request.transactItems(),
                first -> write(request, actions, first),
                reads -> TransactionCapacity.ofReplay(request.returnConsumedCapacity(), reads));
    }

    private TransactWriteItemsResponse write(
            TransactWriteItemsRequest request, List<Action> actions, ClientTokens.@Nullable Use token) {
        Map<ItemKey, Action> byKey = new LinkedHashMap<>();
        actions.forEach(action -> byKey.put(action.key(), action));
        TransactWriteItemsRequest full = request.toBuilder()
                .clientRequestToken(null)
                .returnConsumedCapacity(ReturnConsumedCapacity.NONE)
                .transactItems(actions.stream().map(Action::item).toList())
                .build();
        try (KeyLocks.Hold _ = lock(actions)) {
            return gate.commit(actions.stream().map(Action::table).distinct().toList(), () -> {
                var before = gate.before(keys(byKey));
                TransactWriteItemsResponse response = execute(full, actions, before);
                var after = after(byKey, before);
                requireIndexKeys(actions, before, after);
                List<Change> changes = new ArrayList<>();
                byKey.forEach((key, action) -> change(action, before.get(key), after.get(key), changes));
                TransactionCapacity capacity = TransactionCapacity.of(actions, before, after);
                return new WriteGate.Commit<>(
                        capacity.addTo(response, request.returnConsumedCapacity()),
                        changes,
                        token == null ? List.of() : token.documents(capacity.reads()));
            });
        }
    }

    private KeyLocks.Hold lock(List<Action> actions) {
        try {
            return gate.locks.forTransaction(actions.stream().map(Action::key).toList());
        } catch (KeyLocks.Conflict conflict) {
            throw canceled(actions.stream()
                    .map(action -> action.key().equals(conflict.key())
                            ? CancellationReason.builder()
                                    .code("TransactionConflict")
                                    .message("Transaction is ongoing for the item")
                                    .build()
                            : CancellationReason.builder().code("None").build())
                    .toList());
        }
    }

    private TransactWriteItemsResponse execute(
            TransactWriteItemsRequest request, List<Action> actions, Map<ItemKey, Map<String, AttributeValue>> before) {
        try {
            return gate.engine.transactWriteItems(request);
        } catch (TransactionCanceledException refused) {
            throw refused.hasCancellationReasons() ? withItems(refused, actions, before) : refused;
        }
    }

    /** The engine forgets the item of a failed ConditionCheck that asked for it. */
    private static TransactionCanceledException withItems(
            TransactionCanceledException refused,
            List<Action> actions,
            Map<ItemKey, Map<String, AttributeValue>> before) {
        List<CancellationReason> reasons = refused.cancellationReasons();
        return canceled(IntStream.range(0, reasons.size())
                .mapToObj(i -> {
                    CancellationReason reason = reasons.get(i);
                    Action action = actions.get(i);
                    boolean wanted = Objects.equals(reason.code(), "ConditionalCheckFailed")
                            && action.onFailure() == ReturnValuesOnConditionCheckFailure.ALL_OLD;
                    return wanted && before.containsKey(action.key())
                            ? reason.toBuilder().item(before.get(action.key())).build()
                            : reason;
                })
                .toList());
    }

    private static TransactionCanceledException canceled(List<CancellationReason> reasons) {
        String codes =
                String.join(", ", reasons.stream().map(CancellationReason::code).toList());
        String message =
                "Transaction cancelled, please refer cancellation reasons for specific reasons [" + codes + "]";
        return TransactionCanceledException.builder()
                .cancellationReasons(reasons)
                .message(message)
                .statusCode(400)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode("TransactionCanceledException")
                        .errorMessage(message)
                        .build())
                .build();
    }

    private static Map<ItemKey, Map<String, AttributeValue>> keys(Map<ItemKey, Action> actions) {
        Map<ItemKey, Map<String, AttributeValue>> keys = new HashMap<>();
        actions.forEach((key, action) -> keys.put(key, action.keyAttributes()));
        return keys;
    }

    /** The items as they are now; only those that expressions changed are read again. */
    private Map<ItemKey, Map<String, AttributeValue>> after(
            Map<ItemKey, Action> actions, Map<ItemKey, Map<String, AttributeValue>> before) {
        Map<ItemKey, Map<String, AttributeValue>> updated = new HashMap<>();
        Map<ItemKey, Map<String, AttributeValue>> after = new HashMap<>();
        actions.forEach((key, action) -> {
            switch (action.kind()) {
                case PUT -> after.put(key, action.item().put().item());
                case UPDATE -> updated.put(key, action.keyAttributes());
                case CHECK -> {
                    if (before.containsKey(key)) {
                        after.put(key, before.get(key));
                    }
                }
                case DELETE -> {
                    // Gone.
                }
            }
        });
        if (!updated.isEmpty()) {
            after.putAll(gate.read(updated));
        }
        return after;
    }

    /** The engine lets updates give an index key a wrong type; then all of the transaction is taken back. */
    private void requireIndexKeys(
            List<Action> actions,
            Map<ItemKey, Map<String, AttributeValue>> before,
            Map<ItemKey, Map<String, AttributeValue>> after) {
        List<Optional<String>> refusals = actions.stream()
                .map(action -> action.kind() == Action.Kind.UPDATE
                        ? IndexKeys.refusal(action.table(), before.get(action.key()), after.get(action.key()))
                        : Optional.<String>empty())
                .toList();
        if (refusals.stream().anyMatch(Optional::isPresent)) {
            actions.forEach(action -> gate.undo(action.table(), action.keyAttributes(), before.get(action.key())));
            throw canceled(refusals.stream()
                    .map(refusal -> CancellationReason.builder()
                            .code(refusal.isPresent() ? "ValidationError" : "None")
                            .message(refusal.orElse(null))
                            .build())
                    .toList());
        }
    }

    private static void change(
            Action action,
            @Nullable Map<String, AttributeValue> before,
            @Nullable Map<String, AttributeValue> after,
            List<Change> changes) {
        if (before != null || after != null) {
            changes.add(new Change(action.table().number(), before, after, Cause.USER));
        }
    }
}
