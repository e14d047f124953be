package dev.penstock.infra.tables;

import dev.penstock.infra.keys.KeysStack;
import dev.penstock.infra.settings.Settings;
import dev.penstock.infra.settings.StageStack;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import software.amazon.awscdk.services.dynamodb.TableV2;
import software.constructs.Construct;

/** All tables of the catalog and their replicas. It owns data and nothing else, so that code is deployed without it. */
public final class TablesStack extends StageStack {

    private final Map<String, TableV2> tables = new LinkedHashMap<>();

    /** All tables in the primary region, which owns the replicas too. */
    public TablesStack(Construct scope, Settings settings, Catalog catalog, Optional<KeysStack> keys) {
        this(scope, settings, settings.region(), catalog.allTables(), keys);
    }

    /** Tables of one region that no other region shares. */
    public TablesStack(
            Construct scope, Settings settings, String region, List<Table> declared, Optional<KeysStack> keys) {
        super(scope, "Tables", settings, region, "The tables of the catalog");
        for (Table table : declared) {
            var encryption = new Encryption(this, settings, region, keys);
            tables.put(table.name(), new CatalogTable(this, settings, table, encryption).table());
        }
    }

    /**
     * The ARN of a table's stream: a strong reference, so that the stream can't go while a mapping reads it.
     *
     * @throws NoSuchElementException if there is no such table, or it has no stream
     */
    public String streamArn(String table) {
        String stream = Optional.ofNullable(tables.get(table))
                .map(TableV2::getTableStreamArn)
                .orElse(null);
        if (stream == null) {
            throw new NoSuchElementException("table %s has no stream: a consumer needs one".formatted(table));
        }
        return stream;
    }
}
