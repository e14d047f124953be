package dev.penstock.local.dax;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

/** Gives each request to its operation, turns failures into answers and counts. Threadsafe. */
final class Dispatcher {
    private static final System.Logger LOG = System.getLogger(Dispatcher.class.getName());
    private static final int SUCCESS = 0x80;

    private final DaxState dax;
    private final Map<Method, Operation> operations = new EnumMap<>(Method.class);

    Dispatcher(DaxState dax, Supplier<List<DaxNode>> liveNodes, Executor background) {
        this.dax = dax;
        ControlOperations control = new ControlOperations(dax, liveNodes);
        operations.put(Method.ENDPOINTS, control::endpoints);
        operations.put(Method.DEFINE_KEY_SCHEMA, control::defineKeySchema);
        operations.put(Method.DEFINE_ATTRIBUTE_LIST_ID, control::defineAttributeListId);
        operations.put(Method.DEFINE_ATTRIBUTE_LIST, control::defineAttributeList);
        operations.put(Method.GET_ITEM, new GetItemOperation(dax));
        operations.put(Method.PUT_ITEM, new PutItemOperation(dax));
        operations.put(Method.DELETE_ITEM, new DeleteItemOperation(dax));
        operations.put(Method.UPDATE_ITEM, new UpdateItemOperation(dax));
        operations.put(Method.QUERY, new QueryOperation(dax));
        operations.put(Method.SCAN, new ScanOperation(dax));
        operations.put(Method.BATCH_GET_ITEM, new BatchGetOperation(dax));
        operations.put(Method.BATCH_WRITE_ITEM, new BatchWriteOperation(dax));
        operations.put(Method.TRANSACT_GET_ITEMS, new TransactGetOperation(dax));
        operations.put(Method.TRANSACT_WRITE_ITEMS, new TransactWriteOperation(dax, background));
    }

    /**
     * Writes the whole answer to a request, a success or an error.
     *
     * @return whether a cache alone answered
     */
    boolean answer(Method method, CborReader arguments, Session session, CborWriter out) {
        Operation operation = operations.get(method);
        if (operation == null) {
            throw new IllegalStateException("no operation for " + method);
        }
        if (method.isData()) {
            dax.metrics().count("TotalRequestCount");
            dax.metrics().count(method.metric());
        }
        int mark = out.size();
        try {
            out.raw(SUCCESS);
            return operation.run(arguments, session, out);
        } catch (RuntimeException failure) {
            out.truncate(mark);
            DynamoDbException error = DaxErrors.translate(failure);
            count(method, error, failure);
            DaxErrors.write(error, dax.items(), out);
            return false;
        }
    }

    private void count(Method method, DynamoDbException error, RuntimeException failure) {
        DaxMetrics metrics = dax.metrics();
        metrics.count("FailedRequestCount");
        if (error.statusCode() >= 500) {
            metrics.count("FaultRequestCount");
            LOG.log(System.Logger.Level.WARNING, method.operation() + " failed", failure);
            return;
        }
        metrics.count("ErrorRequestCount");
        if (error.isThrottlingException()) {
            metrics.count("ThrottledRequestCount");
        }
    }
}
