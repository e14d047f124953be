package dev.penstock.local.imports;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.lambdas.export.Codec;
import dev.penstock.lambdas.imports.ImportFile;
import dev.penstock.lambdas.imports.ItemRules;
import dev.penstock.local.export.BucketObjects;
import dev.penstock.local.journal.ItemKey;
import dev.penstock.local.journal.KeyNames;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.Table;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ImportTableDescription;

/** Fills the new table of one import from the objects below its prefix. Counters may be read meanwhile. */
final class ImportJob implements ImportFile.Sink {
    private static final int BATCH = 1_000;
    /** CloudWatch Logs gets this many errors of one import at most. */
    private static final int MOST_LOGGED = 10_000;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final RegionStore store;
    private final Table table;
    private final ImportTableDescription description;
    private final BucketObjects bucket;
    private final ImportLog log;
    private final ItemRules rules;
    private final Map<ItemKey, Map<String, AttributeValue>> batch = new LinkedHashMap<>();
    final AtomicLong processedBytes = new AtomicLong();
    final AtomicLong processed = new AtomicLong();
    final AtomicLong imported = new AtomicLong();
    final AtomicLong errors = new AtomicLong();
    private String object = "";
    private @Nullable ExecutorService loader;
    private @Nullable Future<?> loading;

    ImportJob(RegionStore store, Table table, ImportTableDescription description, BucketObjects bucket, ImportLog log) {
        this.store = store;
        this.table = table;
        this.description = description;
        this.bucket = bucket;
        this.log = log;
        KeyNames keys = table.keyNames();
        this.rules = new ItemRules(keys.partition(), keys.sort(), table.attributeTypes());
    }

    /** Reads and judges the next batch while the store takes the last one. */
    void run() {
        try (ExecutorService loads = Executors.newVirtualThreadPerTaskExecutor()) {
            loader = loads;
            objects();
            flush();
            settle();
        }
    }

    private void objects() {
        String prefix = description.s3BucketSource().s3KeyPrefix();
        for (String key : bucket.list(prefix == null ? "" : prefix)) {
            object = key;
            read(key);
        }
    }

    private void read(String key) {
        Codec codec = switch (description.inputCompressionType()) {
            case GZIP -> Codec.GZIP;
            case ZSTD -> Codec.ZSTD;
            case NONE, UNKNOWN_TO_SDK_VERSION -> Codec.NONE;
        };
        ImportFile file = new ImportFile(
                description.inputFormat(), ImportRules.csv(description.inputFormatOptions(), table.attributeTypes()));
        try (InputStream in = codec.decompress(bucket.open(key))) {
            processedBytes.addAndGet(file.read(in, this));
        } catch (IOException e) {
            error(0, "The object can't be read as " + codec + ": " + e.getMessage());
        }
    }

    @Override
    public void item(Map<String, AttributeValue> item, long index) {
        String violation = rules.violation(item).orElse(null);
        if (violation != null) {
            error(index, violation);
            return;
        }
        processed.incrementAndGet();
        imported.incrementAndGet();
        batch.put(table.key(item), item);
        if (batch.size() >= BATCH) {
            flush();
        }
    }

    private void flush() {
        if (!batch.isEmpty()) {
            settle();
            List<Map<String, AttributeValue>> full = List.copyOf(batch.values());
            batch.clear();
            loading = Objects.requireNonNull(loader).submit(() -> store.load(table, full));
        }
    }

    /** Batches are loaded one after the other: the same key may be in two. */
    private void settle() {
        try {
            if (loading != null) {
                loading.get();
                loading = null;
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while loading " + table.name(), e);
        }
    }

    @Override
    public void error(long index, String message) {
        processed.incrementAndGet();
        if (errors.incrementAndGet() <= MOST_LOGGED) {
            ObjectNode event = JSON.createObjectNode();
            event.putObject("itemS3Pointer")
                    .put("bucket", bucket.bucket())
                    .put("key", object)
                    .put("itemIndex", index);
            event.put("importArn", description.importArn());
            event.putArray("errorMessages").add(message);
            log.write(store.region(), Imports.id(description) + "/error", event.toString());
        }
    }
}
