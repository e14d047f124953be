package dev.penstock.local.dynamodb;

import dev.penstock.local.gateway.Request;
import dev.penstock.local.gateway.Response;
import dev.penstock.local.gateway.Service;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.streams.StreamsApi;
import dev.penstock.local.wire.JsonOperations;
import java.time.InstantSource;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.BatchExecuteStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.ExecuteStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.ExecuteTransactionRequest;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/**
 * The DynamoDB service, streams included. Features of other packages (backups, exports, replicas...) add their
 * operations with {@link #on} before the service is used; an operation added again replaces the one before.
 */
public final class DynamoDb implements Service {
    /** Background work gives way to these. */
    private static final Set<String> FOR_ITEMS = Set.of(
            "GetItem",
            "PutItem",
            "UpdateItem",
            "DeleteItem",
            "Query",
            "Scan",
            "BatchGetItem",
            "BatchWriteItem",
            "TransactGetItems",
            "TransactWriteItems",
            "ExecuteStatement",
            "BatchExecuteStatement",
            "ExecuteTransaction");

    private final JsonOperations operations = new JsonOperations("dynamodb", DynamoDbClient.class);
    private final Function<String, RegionStore> regions;
    private volatile Guard guard = new Guard() {
        @Override
        public <R> R around(RegionStore store, Object request, Supplier<R> operation) {
            return operation.get();
        }
    };

    /** Around every operation; may refuse it, or do something before and after. */
    public interface Guard {
        <R> R around(RegionStore store, Object request, Supplier<R> operation);
    }

    /** @param regions by region name; opens the region if need be */
    public DynamoDb(Function<String, RegionStore> regions, InstantSource clock) {
        this.regions = regions;
        Throughput throughput = new Throughput(clock);
        new WriteOperations(throughput).addTo(this);
        new ReadOperations(throughput).addTo(this);
        new TransactionOperations(throughput).addTo(this);
        on("ExecuteStatement", ExecuteStatementRequest::builder, RegionStore::execute);
        on("BatchExecuteStatement", BatchExecuteStatementRequest::builder, RegionStore::execute);
        on("ExecuteTransaction", ExecuteTransactionRequest::builder, RegionStore::execute);
        TableOperations.addTo(this);
        TagOperations.addTo(this);
        PolicyOperations.addTo(this);
        TimeToLiveOperations.addTo(this);
        AccountOperations.addTo(this);
        KinesisOperations.addTo(this);
        new StreamsApi(clock, region -> {
                    RegionStore store = regions.apply(region);
                    return new StreamsApi.Region(store.streams(), store.streams());
                })
                .addTo(operations);
    }

    /**
     * Adds an operation.
     *
     * @param handler from the store of the request's region and the request's model to the response's model
     */
    public <B extends SdkPojo & SdkBuilder<B, I>, I> DynamoDb on(
            String operation, Supplier<B> builder, BiFunction<RegionStore, I, ? extends SdkPojo> handler) {
        boolean isForItems = FOR_ITEMS.contains(operation);
        operations.on(operation, builder, (I request, Request http) -> {
            RegionStore store = regions.apply(http.region());
            if (isForItems) {
                store.courtesy().request();
            }
            return guard.<SdkPojo>around(store, request, () -> handler.apply(store, request));
        });
        return this;
    }

    /** From now on the guard is around every operation, also those added before. */
    public DynamoDb guard(Guard around) {
        guard = around;
        return this;
    }

    @Override
    public String signingName() {
        return operations.signingName();
    }

    @Override
    public Response handle(Request request) {
        try {
            return operations.handle(request);
        } catch (AwsServiceException refused) {
            throw EngineErrors.translate(refused);
        }
    }
}
