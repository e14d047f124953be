package dev.penstock.local.dax;

import dev.penstock.local.dax.AttributeLists.AttributeList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.Select;

/** What Query and Scan share: results in the query cache by all parameters that shape them, and their form on the wire. */
final class QueryResults {
    private final DaxState dax;

    QueryResults(DaxState dax) {
        this.dax = dax;
    }

    /** The parts of the two responses that travel. */
    record Page(
            List<Map<String, AttributeValue>> items,
            int count,
            int scannedCount,
            Map<String, AttributeValue> lastEvaluatedKey,
            @Nullable ConsumedCapacity capacity) {}

    /** What the two operations share. */
    record Parameters(
            String table,
            KeySchema schema,
            Options options,
            @Nullable String index,
            @Nullable Select select,
            @Nullable Projection projection,
            @Nullable Map<String, AttributeValue> startKey) {
        /** The top-level attributes that the projection leads into, as an expression. */
        @Nullable
        String projected(Placeholders placeholders) {
            return projection == null ? null : projection.renderAttributes(placeholders);
        }
    }

    Parameters parameters(String table, Options options, Session session) {
        KeySchema schema = dax.schemas().of(table);
        String index = options.name(Options.INDEX_NAME);
        byte[] startKey = options.blob(Options.EXCLUSIVE_START_KEY);
        return new Parameters(
                table,
                schema,
                options,
                index,
                select(options, session),
                Projection.readNullable(options.blob(Options.PROJECTION)),
                startKey == null ? null : index == null ? schema.decode(startKey) : readIndexKey(startKey));
    }

    private static @Nullable Select select(Options options, Session session) {
        return switch (options.integer(Options.SELECT, 0)) {
            case 1 -> session.selectsWithoutBeingAsked() ? null : Select.ALL_ATTRIBUTES;
            case 2 -> Select.ALL_PROJECTED_ATTRIBUTES;
            case 3 -> Select.COUNT;
            case 4 -> Select.SPECIFIC_ATTRIBUTES;
            default -> null;
        };
    }

    /**
     * Writes the answer, from the cache or from the store.
     *
     * @return whether the cache alone answered
     */
    boolean answer(Parameters parameters, byte[] cacheKey, String operation, CborWriter out, Supplier<Page> read) {
        boolean cacheable = !parameters.options().isSet(Options.CONSISTENT_READ);
        QueryCache.Result cached = cacheable ? dax.queryCache().find(cacheKey) : null;
        if (cached != null) {
            dax.metrics().count(operation + "CacheHits");
            cached.lists().forEach(dax.items().lists()::touch);
            out.raw(Cbor.MAP_STREAM).raw(cached.body()).raw(Cbor.BREAK);
            return true;
        }
        if (cacheable) {
            dax.metrics().count(operation + "CacheMisses");
        }
        Page page = read.get();
        Set<AttributeList> lists = new LinkedHashSet<>();
        CborWriter body = new CborWriter(1024);
        writePage(page, parameters, lists, body);
        out.raw(Cbor.MAP_STREAM).raw(body.array(), 0, body.size());
        if (page.capacity() != null) {
            Capacity.write(page.capacity(), out.integer(ResponseField.CONSUMED_CAPACITY));
        }
        out.raw(Cbor.BREAK);
        if (cacheable) {
            dax.queryCache().put(cacheKey, new QueryCache.Result(body.toByteArray(), List.copyOf(lists)));
        }
        return false;
    }

    private void writePage(Page page, Parameters parameters, Set<AttributeList> lists, CborWriter out) {
        out.integer(ResponseField.ITEMS).array(page.items().size());
        page.items().forEach(item -> {
            if (parameters.projection() != null) {
                parameters.projection().write(item, out);
                return;
            }
            CachedItem encoded = dax.items().encode(item, parameters.schema());
            lists.add(encoded.list());
            out.array(2).bytes(parameters.schema().encode(item)).bytes(encoded.bytes());
        });
        out.integer(ResponseField.COUNT).integer(page.count());
        out.integer(ResponseField.SCANNED_COUNT).integer(page.scannedCount());
        if (!page.lastEvaluatedKey().isEmpty()) {
            out.integer(ResponseField.LAST_EVALUATED_KEY);
            out.bytes(
                    parameters.index() == null
                            ? parameters.schema().encode(page.lastEvaluatedKey())
                            : writeIndexKey(page.lastEvaluatedKey()));
        }
    }

    /** The place in an index is known by table key and index key, so it travels with its names. */
    private static byte[] writeIndexKey(Map<String, AttributeValue> key) {
        CborWriter out = new CborWriter().raw(Cbor.MAP_STREAM);
        key.forEach((name, value) -> Values.write(value, out.text(name)));
        return out.raw(Cbor.BREAK).toByteArray();
    }

    private static Map<String, AttributeValue> readIndexKey(byte[] bytes) {
        CborReader in = new CborReader(bytes);
        Map<String, AttributeValue> key = new LinkedHashMap<>();
        int length = in.readMap();
        for (int i = 0; in.more(length, i); i++) {
            key.put(in.readText(), Values.read(in));
        }
        return key;
    }
}
