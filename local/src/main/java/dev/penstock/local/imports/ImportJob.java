package dev.penstock.local.imports;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.lambdas.export.Codec;
import dev.penstock.lambdas.imports.ImportFile;
import dev.penstock.lambdas.imports.ItemRules;
import dev.penstock.local.export.BucketObjects;
import dev.penstock.local.journal.KeyNames;
import dev.penstock.local.store.Images;
import dev.penstock.local.store.Loader;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.Table;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ImportTableDescription;

/** Fills the new table of one import from the objects below its prefix. Counters may be read meanwhile. */
final class ImportJob implements ImportFile.Sink {
    /** CloudWatch Logs gets this many errors of one import at most. */
    private static final int MOST_LOGGED = 10_000;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final RegionStore store;
    private final Table table;
    private final ImportTableDescription description;
    private final BucketObjects bucket;
    private final ImportLog log;
    private final ItemRules rules;
    final AtomicLong processedBytes = new AtomicLong();
    final AtomicLong processed = new AtomicLong();
    final AtomicLong imported = new AtomicLong();
    final AtomicLong errors = new AtomicLong();
    private String object = "";
    private @Nullable Loader loader;

    ImportJob(RegionStore store, Table table, ImportTableDescription description, BucketObjects bucket, ImportLog log) {
        this.store = store;
        this.table = table;
        this.description = description;
        this.bucket = bucket;
        this.log = log;
        KeyNames keys = table.keyNames();
        this.rules = new ItemRules(keys.partition(), keys.sort(), table.attributeTypes());
    }

    /** Reads and judges while the store takes what was read. */
    void run() {
        try (Loader loads = store.load(table)) {
            loader = loads;
            objects();
            loads.finish();
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
        long before = processedBytes.get();
        long lines = 0;
        try (InputStream in = new Counted(codec.decompress(bucket.open(key)))) {
            lines = file.read(in, this);
        } catch (IOException e) {
            error(0, "The object can't be read as " + codec + ": " + e.getMessage());
        }
        processedBytes.set(before + lines);
    }

    /** Tells how far a large object is read, for who asks meanwhile. */
    private final class Counted extends FilterInputStream {
        private Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int one = in.read();
            processedBytes.addAndGet(one < 0 ? 0 : 1);
            return one;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = in.read(bytes, offset, length);
            processedBytes.addAndGet(Math.max(0, read));
            return read;
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
        // As the engine returns it, so that the journal says the same.
        Objects.requireNonNull(loader).add(table, Images.canonical(item));
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
