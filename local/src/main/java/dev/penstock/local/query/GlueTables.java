package dev.penstock.local.query;

import dev.penstock.lambdas.export.Change;
import dev.penstock.lambdas.export.Codec;
import dev.penstock.lambdas.export.DynamoDbJson;
import dev.penstock.lambdas.export.Lines;
import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.EntityNotFoundException;
import software.amazon.awssdk.services.glue.model.Partition;
import software.amazon.awssdk.services.glue.model.Table;

/**
 * The Glue tables over scheduled exports as SQL tables, with the partitions that operations registered: {@code
 * orders_full} with the column {@code exported}, and {@code orders_incremental} with {@code exported}, {@code change}
 * (insert, update, delete) and {@code written} besides the attributes of the new image, or of the keys.
 */
record GlueTables(Endpoint endpoint, String database) {

    /** Loads those that the predicate takes by name; none where there is no such database. */
    void load(Predicate<String> wanted, Database sql) throws SQLException, IOException {
        GlueClient glue = endpoint.glue();
        Iterable<Table> tables;
        try {
            tables = glue.getTables(get -> get.databaseName(database)).tableList();
        } catch (EntityNotFoundException e) {
            return;
        }
        for (Table table : tables) {
            if (wanted.test(table.name())) {
                sql.load(table.name(), sink -> read(glue, table, sink));
            }
        }
    }

    private void read(GlueClient glue, Table table, Consumer<Map<String, AttributeValue>> sink) throws IOException {
        boolean full = table.storageDescriptor().columns().stream()
                .anyMatch(column -> column.name().equals("item"));
        List<Partition> partitions =
                glue.getPartitionsPaginator(get -> get.databaseName(database).tableName(table.name())).stream()
                        .flatMap(page -> page.partitions().stream())
                        .toList();
        for (Partition partition : partitions) {
            AttributeValue exported = AttributeValue.fromS(partition.values().getFirst());
            Location location = endpoint.location(partition.storageDescriptor().location());
            for (String key : location.source().list(location.prefix())) {
                try (InputStream in = Codec.of(key).decompress(location.source().open(key))) {
                    Lines.read(in, (text, from, to, number) -> {
                        Map<String, AttributeValue> row = full
                                ? DynamoDbJson.readItem(text, from, to)
                                : row(DynamoDbJson.readChange(text, from, to));
                        row.put("exported", exported);
                        sink.accept(row);
                    });
                }
            }
        }
    }

    private static Map<String, AttributeValue> row(Change change) {
        Map<String, AttributeValue> row =
                new LinkedHashMap<>(Objects.requireNonNullElse(change.newImage(), change.keys()));
        String kind = change.newImage() == null ? "delete" : change.oldImage() == null ? "insert" : "update";
        row.put("change", AttributeValue.fromS(kind));
        row.put("written", AttributeValue.fromN(Long.toString(change.writeTimestampMicros())));
        return row;
    }
}
