package dev.penstock.local.regions;

import dev.penstock.local.dynamodb.DynamoDb;
import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.Table;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchExecuteStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteTableRequest;
import software.amazon.awssdk.services.dynamodb.model.ExecuteStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.ExecuteTransactionRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactGetItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateTimeToLiveRequest;

/**
 * What is different for global tables, above all strongly consistent ones, around every operation (Developer Guide, "Global tables: multi-Region
 * strong consistency"): writes and strong reads go through {@link StrongTables}; transactions and TTL are refused.
 */
final class StrongGuard implements DynamoDb.Guard {
    private final StrongTables strong;
    private final Replicas replicas;

    StrongGuard(StrongTables strong, Replicas replicas) {
        this.strong = strong;
        this.replicas = replicas;
    }

    @Override
    public <R> R around(RegionStore store, Object request, Supplier<R> operation) {
        if (request instanceof DeleteTableRequest delete) {
            return delete(store, delete, operation);
        }
        if (strong.isEmpty()) {
            return operation.get();
        }
        return switch (request) {
            case PutItemRequest put -> write(store, put.tableName(), put.item(), operation);
            case UpdateItemRequest update -> write(store, update.tableName(), update.key(), operation);
            case DeleteItemRequest delete -> write(store, delete.tableName(), delete.key(), operation);
            case BatchWriteItemRequest batch -> write(store, batch, operation);
            case GetItemRequest get ->
                read(store, get.tableName(), get.consistentRead(), List.of(get.key()), operation);
            case QueryRequest query -> read(store, query.tableName(), query.consistentRead(), List.of(), operation);
            case ScanRequest scan -> read(store, scan.tableName(), scan.consistentRead(), List.of(), operation);
            case BatchGetItemRequest batch -> read(store, batch, operation);
            case TransactWriteItemsRequest transaction -> {
                refuse(store, transaction.transactItems().stream().map(StrongGuard::table), "Transactions");
                yield operation.get();
            }
            case TransactGetItemsRequest transaction -> {
                refuse(
                        store,
                        transaction.transactItems().stream()
                                .filter(item -> item.get() != null)
                                .map(item -> item.get().tableName()),
                        "Transactions");
                yield operation.get();
            }
            case UpdateTimeToLiveRequest ttl -> {
                refuse(store, Stream.of(ttl.tableName()), "Time to Live");
                yield operation.get();
            }
            case ExecuteStatementRequest statement -> partiQl(store, List.of(statement.statement()), operation);
            case BatchExecuteStatementRequest batch ->
                partiQl(
                        store,
                        batch.statements().stream()
                                .map(each -> each.statement())
                                .toList(),
                        operation);
            case ExecuteTransactionRequest transaction ->
                partiQl(
                        store,
                        transaction.transactStatements().stream()
                                .map(each -> each.statement())
                                .toList(),
                        operation);
            default -> operation.get();
        };
    }

    /** The replicas that are left know of it. */
    private <R> R delete(RegionStore store, DeleteTableRequest delete, Supplier<R> operation) {
        refuse(store, Stream.of(delete.tableName()), "Deleting the table before its replicas");
        Optional<Table> table = store.tables().find(delete.tableName());
        R answer = operation.get();
        table.map(gone -> Members.of(gone, store.region()))
                .filter(Members::isGlobal)
                .ifPresent(members -> replicas.describe(table.get().name(), members.without(store.region())));
        return answer;
    }

    private Optional<Table> find(RegionStore store, @Nullable String name) {
        return store.tables().find(name).filter(table -> strong.includes(store, table));
    }

    private <R> R write(
            RegionStore store, @Nullable String name, Map<String, AttributeValue> item, Supplier<R> operation) {
        return find(store, name)
                .flatMap(table -> key(table, item).map(key -> Map.of(table, List.of(key))))
                .map(keys -> strong.write(store, keys, operation))
                .orElseGet(operation);
    }

    private <R> R write(RegionStore store, BatchWriteItemRequest batch, Supplier<R> operation) {
        Map<Table, List<Map<String, AttributeValue>>> keys = new HashMap<>();
        batch.requestItems()
                .forEach((name, writes) -> find(store, name).ifPresent(table -> {
                    List<Map<String, AttributeValue>> all = writes.stream()
                            .map(write -> write.putRequest() == null
                                    ? write.deleteRequest().key()
                                    : write.putRequest().item())
                            .flatMap(item -> key(table, item).stream())
                            .toList();
                    keys.put(table, all);
                }));
        return keys.isEmpty() ? operation.get() : strong.write(store, keys, operation);
    }

    private <R> R read(
            RegionStore store,
            @Nullable String name,
            @Nullable Boolean consistent,
            List<Map<String, AttributeValue>> keys,
            Supplier<R> operation) {
        if (!Boolean.TRUE.equals(consistent)) {
            return operation.get();
        }
        Optional<Table> table = find(store, name);
        if (table.isEmpty()
                || keys.stream().anyMatch(key -> key(table.get(), key).isEmpty())) {
            return operation.get();
        }
        return strong.read(store, Map.of(table.get(), keys), operation);
    }

    private <R> R read(RegionStore store, BatchGetItemRequest batch, Supplier<R> operation) {
        Map<Table, List<Map<String, AttributeValue>>> keys = new HashMap<>();
        batch.requestItems()
                .forEach((name, asked) -> find(store, name)
                        .filter(table -> Boolean.TRUE.equals(asked.consistentRead()))
                        .ifPresent(table -> keys.put(table, List.of())));
        return keys.isEmpty() ? operation.get() : strong.read(store, keys, operation);
    }

    /** The item's key; none when it has no proper one, which the operation itself refuses. */
    private static Optional<Map<String, AttributeValue>> key(Table table, Map<String, AttributeValue> item) {
        try {
            Map<String, AttributeValue> key = table.keyNames().of(item);
            table.checkKey(key);
            return Optional.of(key);
        } catch (IllegalArgumentException | AwsError improper) {
            return Optional.empty();
        }
    }

    private void refuse(RegionStore store, Stream<@Nullable String> names, String what) {
        names.flatMap(name -> find(store, name).stream()).findFirst().ifPresent(table -> {
            throw AwsError.validation(
                    what + " is not supported on a global table with multi-Region strong consistency: " + table.name());
        });
    }

    private static @Nullable String table(TransactWriteItem item) {
        if (item.put() != null) {
            return item.put().tableName();
        }
        if (item.update() != null) {
            return item.update().tableName();
        }
        if (item.delete() != null) {
            return item.delete().tableName();
        }
        return item.conditionCheck() == null ? null : item.conditionCheck().tableName();
    }

    private <R> R partiQl(RegionStore store, List<@Nullable String> statements, Supplier<R> operation) {
        boolean concerned = store.tables().all().stream()
                .filter(table -> strong.includes(store, table))
                .anyMatch(table -> statements.stream()
                        .anyMatch(statement -> statement != null && statement.contains(table.name())));
        if (concerned) {
            throw AwsError.notSimulated("dynamodb", "PartiQL on a table with multi-Region strong consistency");
        }
        return operation.get();
    }
}
