package dev.penstock.local.bench;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import com.amazonaws.services.lambda.runtime.events.models.dynamodb.StreamRecord;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.projector.ProjectorHandler;
import dev.penstock.lambdas.projector.Projectors;
import dev.penstock.lambdas.tables.Backoff;
import dev.penstock.lambdas.tables.InParallel;
import dev.penstock.lambdas.tables.TableNames;
import dev.penstock.lambdas.telemetry.Telemetry;
import dev.penstock.local.counting.CatalogTables;
import dev.penstock.local.store.EmbeddedEngine;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;

/**
 * The transactions that the projector makes of a backlog, replayed against the embedded store alone: what is left of a
 * drain without stream, function, HTTP, gate and journal.
 */
final class OwnTransactions implements AutoCloseable {
    private static final int BATCH = 1_000;

    private final EmbeddedEngine engine = EmbeddedEngine.start();
    private final Catalog catalog;
    private final Table source;
    private final List<TransactWriteItemsRequest> made = new ArrayList<>();
    private long sequence;

    OwnTransactions(Catalog catalog, String source) {
        this.catalog = catalog;
        this.source = catalog.table(source);
    }

    /** Actions a second of a backlog, and of the one that follows it. */
    record Rates(double inserts, double changes) {}

    /** Replays what becomes of items, and then of the same items changed, in their order. */
    Rates replay(List<Map<String, AttributeValue>> items, List<Map<String, AttributeValue>> changed) {
        made.clear();
        CatalogTables.recreate(engine.client(), catalog.derivedTables());
        var projectors = new Projectors(
                catalog,
                recording(engine.client()),
                new TableNames(""),
                Backoff.none(),
                InParallel.oneByOne(),
                Telemetry.silent());
        var handler = new ProjectorHandler(
                projectors,
                (record, reason) -> {
                    throw new IllegalStateException("nothing is to be diverted here: " + reason);
                },
                Telemetry.silent());
        projectors.of(source.name());
        made.clear();
        deliver(handler, items, null);
        List<TransactWriteItemsRequest> inserts = List.copyOf(made);
        made.clear();
        deliver(handler, changed, items);
        List<TransactWriteItemsRequest> changes = List.copyOf(made);

        CatalogTables.recreate(engine.client(), catalog.derivedTables());
        return new Rates(rate(inserts), rate(changes));
    }

    private double rate(List<TransactWriteItemsRequest> requests) {
        long started = System.nanoTime();
        long actions = 0;
        for (TransactWriteItemsRequest request : requests) {
            engine.client().transactWriteItems(request);
            actions += request.transactItems().size();
        }
        return actions * 1e9 / (System.nanoTime() - started);
    }

    private void deliver(
            ProjectorHandler handler,
            List<Map<String, AttributeValue>> items,
            @Nullable List<Map<String, AttributeValue>> before) {
        for (int from = 0; from < items.size(); from += BATCH) {
            List<DynamodbStreamRecord> batch = new ArrayList<>();
            for (int i = from; i < Math.min(from + BATCH, items.size()); i++) {
                batch.add(record(items.get(i), before == null ? null : before.get(i)));
            }
            var event = new DynamodbEvent();
            event.setRecords(batch);
            var failures = handler.handleRequest(event, null).getBatchItemFailures();
            if (!failures.isEmpty()) {
                throw new IllegalStateException("the projector reports failures: " + failures);
            }
        }
    }

    @SuppressWarnings("JavaUtilDate") // the type of the stream clients' model
    private DynamodbStreamRecord record(
            Map<String, AttributeValue> item, @Nullable Map<String, AttributeValue> before) {
        var image = ofEvents(item);
        var keys = new HashMap<>(image);
        keys.keySet().retainAll(source.keys().stream().map(key -> key.name()).toList());
        var data = new StreamRecord()
                .withKeys(keys)
                .withNewImage(image)
                .withSequenceNumber(Long.toString(100_000_000_000_000_000L + sequence++))
                .withApproximateCreationDateTime(Date.from(Instant.EPOCH));
        if (before != null) {
            data.setOldImage(ofEvents(before));
        }
        var record = new DynamodbStreamRecord();
        record.setEventID(Long.toString(sequence));
        record.setEventName(before == null ? "INSERT" : "MODIFY");
        record.setDynamodb(data);
        record.setEventSourceARN(
                "arn:aws:dynamodb:us-east-1:000000000000:table/" + source.name() + "/stream/2026-11-22T09:00:00.000");
        return record;
    }

    private static Map<String, com.amazonaws.services.lambda.runtime.events.models.dynamodb.AttributeValue> ofEvents(
            Map<String, AttributeValue> item) {
        Map<String, com.amazonaws.services.lambda.runtime.events.models.dynamodb.AttributeValue> image =
                new HashMap<>();
        item.forEach((name, value) -> image.put(name, ofEvents(value)));
        return image;
    }

    private static com.amazonaws.services.lambda.runtime.events.models.dynamodb.AttributeValue ofEvents(
            AttributeValue value) {
        var made = new com.amazonaws.services.lambda.runtime.events.models.dynamodb.AttributeValue();
        return switch (value.type()) {
            case S -> made.withS(value.s());
            case N -> made.withN(value.n());
            case M -> made.withM(ofEvents(value.m()));
            case L ->
                made.withL(value.l().stream().map(OwnTransactions::ofEvents).toList());
            default -> throw new IllegalArgumentException("the storefront's items have no " + value.type());
        };
    }

    /** The client, and every transaction that goes through it noted. */
    private DynamoDbClient recording(DynamoDbClient client) {
        return (DynamoDbClient) Proxy.newProxyInstance(
                DynamoDbClient.class.getClassLoader(),
                new Class<?>[] {DynamoDbClient.class},
                (proxy, method, arguments) -> {
                    if (arguments != null && arguments[0] instanceof TransactWriteItemsRequest request) {
                        made.add(request);
                    }
                    try {
                        return method.invoke(client, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Override
    public void close() {
        engine.close();
    }
}
