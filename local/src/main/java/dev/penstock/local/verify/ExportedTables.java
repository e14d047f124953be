package dev.penstock.local.verify;

import dev.penstock.lambdas.export.ExportReader;
import dev.penstock.lambdas.export.ObjectSource;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.tables.Items;
import dev.penstock.lambdas.tables.TableNames;
import dev.penstock.lambdas.verify.TablesAt;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import software.amazon.awssdk.arns.Arn;

/**
 * Full exports of one second, by table.
 *
 * @param exports by names as {@link TablesAt} has them
 */
record ExportedTables(Instant time, Map<String, ExportReader> exports) implements TablesAt {

    /**
     * Finds the exports that are there already, by their manifests; of several times the latest.
     *
     * @param region the stage's own; tables of others are those that replications write
     * @throws IOException when there is no full export of this stage, or a manifest is broken
     */
    static ExportedTables find(ObjectSource source, String prefix, String where, TableNames names, String region)
            throws IOException {
        TreeMap<Instant, Map<String, ExportReader>> byTime = new TreeMap<>();
        for (String key : ExportReader.find(source, prefix)) {
            ExportReader export = ExportReader.open(source, key);
            Arn table = Arn.fromString(export.summary().tableArn());
            String physical = table.resource().resource();
            if (!export.summary().isIncremental() && physical.startsWith(names.prefix())) {
                String logical = names.logical(physical);
                String in = table.region().orElse(region);
                byTime.computeIfAbsent(
                                Objects.requireNonNull(export.summary().exportTime()), ignored -> new HashMap<>())
                        .put(in.equals(region) ? logical : logical + " in " + in, export);
            }
        }
        if (byTime.isEmpty()) {
            throw new IOException("no full export of tables " + names.prefix() + "* at " + where
                    + "; give the folder or the prefix that verify's exports were written to");
        }
        return new ExportedTables(byTime.lastKey(), byTime.lastEntry().getValue());
    }

    @Override
    public boolean has(String table) {
        return exports.containsKey(table);
    }

    @Override
    public void items(String table, Consumer<Map<String, Value>> item) throws IOException {
        ExportReader export = exports.get(table);
        if (export == null) {
            throw new IOException("table " + table + " was not exported at " + time);
        }
        export.items(each -> item.accept(Items.fromSdk(each)));
    }
}
