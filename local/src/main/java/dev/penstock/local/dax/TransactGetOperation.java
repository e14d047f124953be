package dev.penstock.local.dax;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ItemResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactGetItem;
import software.amazon.awssdk.services.dynamodb.model.TransactGetItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactGetItemsResponse;

/** TransactGetItems: passed through, never answered from the cache and never cached. */
final class TransactGetOperation implements Operation {
    private final DaxState dax;

    TransactGetOperation(DaxState dax) {
        this.dax = dax;
    }

    @Override
    public boolean run(CborReader arguments, Session session, CborWriter out) {
        List<String> tables = Columns.read(arguments, CborReader::readName);
        List<byte[]> keys = Columns.read(arguments, CborReader::readBytes);
        List<@Nullable Projection> projections = Columns.read(arguments, Columns::nullableBytes).stream()
                .map(Projection::readNullable)
                .collect(ArrayList::new, ArrayList::add, ArrayList::addAll);
        Options options = new Options(arguments);
        List<TransactGetItem> gets = new ArrayList<>();
        for (int i = 0; i < tables.size(); i++) {
            gets.add(get(tables.get(i), Columns.at(keys, i), Columns.orNull(projections, i)));
        }
        TransactGetItemsResponse response = dax.store()
                .transactGetItems(TransactGetItemsRequest.builder()
                        .transactItems(gets)
                        .returnConsumedCapacity(Capacity.requested(options))
                        .build());
        out.array(2).array(response.responses().size());
        for (int i = 0; i < response.responses().size(); i++) {
            write(response.responses().get(i), dax.schemas().of(tables.get(i)), Columns.orNull(projections, i), out);
        }
        Capacity.writeAllOfTransaction(response.consumedCapacity(), out);
        return false;
    }

    private TransactGetItem get(String table, byte[] keyBytes, @Nullable Projection projection) {
        Map<String, AttributeValue> key = dax.schemas().of(table).decode(keyBytes);
        Placeholders placeholders = new Placeholders();
        String projected = projection == null ? null : projection.renderAttributes(placeholders);
        return TransactGetItem.builder()
                .get(get -> get.tableName(table)
                        .key(key)
                        .projectionExpression(projected)
                        .expressionAttributeNames(placeholders.names()))
                .build();
    }

    private void write(ItemResponse response, KeySchema schema, @Nullable Projection projection, CborWriter out) {
        if (!response.hasItem()) {
            out.nul();
        } else if (projection == null) {
            dax.items().writeWithoutKey(response.item(), schema, out);
        } else {
            projection.write(response.item(), out);
        }
    }
}
