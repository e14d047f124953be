package dev.penstock.local.store;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.journal.Cause;
import dev.penstock.local.journal.Change;
import dev.penstock.local.journal.Document;
import dev.penstock.local.journal.ItemKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchExecuteStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchExecuteStatementResponse;
import software.amazon.awssdk.services.dynamodb.model.ExecuteStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.ExecuteStatementResponse;
import software.amazon.awssdk.services.dynamodb.model.ExecuteTransactionRequest;
import software.amazon.awssdk.services.dynamodb.model.ExecuteTransactionResponse;

/** PartiQL: reads go straight to the engine; a write is let through by the key it names, images read before and after. */
final class Statements {
    private final WriteGate gate;
    private final ClientTokens tokens;

    Statements(WriteGate gate, ClientTokens tokens) {
        this.gate = gate;
        this.tokens = tokens;
    }

    ExecuteStatementResponse execute(ExecuteStatementRequest request) {
        PartiQl statement = PartiQl.parse(request.statement(), request.parameters(), gate.tables);
        if (statement.verb() == PartiQl.Verb.SELECT) {
            return gate.engine.executeStatement(request);
        }
        Table table = gate.tables.active(statement.table());
        try (KeyLocks.Hold _ = gate.lock(Keys.ofKey(table, statement.key()))) {
            return write(List.of(statement), () -> gate.engine.executeStatement(request), List.of());
        }
    }

    BatchExecuteStatementResponse execute(BatchExecuteStatementRequest request) {
        List<PartiQl> writes = writes(request.statements().stream()
                .map(statement -> PartiQl.parse(statement.statement(), statement.parameters(), gate.tables)));
        try (KeyLocks.Hold _ = gate.locks.forBatch(keys(writes).keySet())) {
            return write(writes, () -> gate.engine.batchExecuteStatement(request), List.of());
        }
    }

    /** A repetition under the same client token within ten minutes changes nothing. */
    ExecuteTransactionResponse execute(ExecuteTransactionRequest request) {
        List<PartiQl> writes = writes(request.transactStatements().stream()
                .map(statement -> PartiQl.parse(statement.statement(), statement.parameters(), gate.tables)));
        String token = request.clientRequestToken();
        if (token == null || writes.isEmpty()) {
            return execute(request, writes, List.of());
        }
        return tokens.once(
                token,
                request.transactStatements(),
                first -> execute(request, writes, first.documents(Map.of())),
                reads -> ExecuteTransactionResponse.builder()
                        .responses(List.of())
                        .build());
    }

    private ExecuteTransactionResponse execute(
            ExecuteTransactionRequest request, List<PartiQl> writes, List<Document> documents) {
        ExecuteTransactionRequest once =
                request.toBuilder().clientRequestToken(null).build();
        try (KeyLocks.Hold _ = gate.locks.forTransaction(keys(writes).keySet())) {
            return write(writes, () -> gate.engine.executeTransaction(once), documents);
        } catch (KeyLocks.Conflict conflict) {
            throw new AwsError(400, "TransactionConflictException", "Transaction is ongoing for the item");
        }
    }

    private static List<PartiQl> writes(Stream<PartiQl> statements) {
        return statements
                .filter(statement -> statement.verb() != PartiQl.Verb.SELECT)
                .toList();
    }

    private Map<ItemKey, Map<String, AttributeValue>> keys(List<PartiQl> writes) {
        Map<ItemKey, Map<String, AttributeValue>> keys = new LinkedHashMap<>();
        writes.forEach(write -> keys.put(Keys.ofKey(gate.tables.active(write.table()), write.key()), write.key()));
        return keys;
    }

    private <R> R write(List<PartiQl> writes, Supplier<R> inEngine, List<Document> documents) {
        Map<ItemKey, Map<String, AttributeValue>> keys = keys(writes);
        List<Table> tables =
                writes.stream().map(write -> gate.tables.active(write.table())).toList();
        return gate.commit(tables, () -> {
            var before = gate.before(keys);
            R answer = inEngine.get();
            var after = gate.read(keys);
            List<Change> changes = new ArrayList<>();
            for (ItemKey key : keys.keySet()) {
                if (before.containsKey(key) || after.containsKey(key)) {
                    changes.add(new Change(key.table(), before.get(key), after.get(key), Cause.USER));
                }
            }
            return new WriteGate.Commit<>(answer, changes, documents);
        });
    }
}
