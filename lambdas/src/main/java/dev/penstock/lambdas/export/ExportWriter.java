package dev.penstock.lambdas.export;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ExportFormat;

/**
 * Writes one export as AWS lays it out: {@code _started}, one data file per partition (an empty partition gives an empty
 * file), {@code manifest-files.json}, {@code manifest-summary.json}, and their {@code .md5} files (base64 MD5; the
 * Developer Guide names them {@code .checksum}, buckets hold {@code .md5}). One line is in memory at a time.
 */
public final class ExportWriter {
    private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

    private final ExportRequest request;
    private final ObjectSink sink;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final List<ManifestFile> files = new ArrayList<>();

    public ExportWriter(ExportRequest request, ObjectSink sink, InstantSource clock, RandomGenerator random) {
        this.request = request;
        this.sink = sink;
        this.clock = clock;
        this.random = random;
    }

    /** Writes {@code _started}, which proves that the bucket can be written. */
    public void start() throws IOException {
        put(request.folder() + "/_started", new byte[0]);
    }

    /** Writes the items of one partition as one data file. */
    public void items(Iterator<Map<String, AttributeValue>> partition) throws IOException {
        if (request.isIncremental()) {
            throw new IllegalStateException("an incremental export holds changes, not items");
        }
        write(partition, request.format() == ExportFormat.ION ? IonText::writeItem : DynamoDbJson::writeItem);
    }

    /** Writes the changes of one partition as one data file. */
    public void changes(Iterator<Change> partition) throws IOException {
        if (!request.isIncremental()) {
            throw new IllegalStateException("a full export holds items, not changes");
        }
        write(partition, request.format() == ExportFormat.ION ? IonText::writeChange : DynamoDbJson::writeChange);
    }

    private <T> void write(Iterator<T> lines, BiConsumer<T, LineBuilder> format) throws IOException {
        try (Partition partition = partition()) {
            while (lines.hasNext()) {
                partition.write(lines.next(), format);
            }
        }
    }

    /** Begins the data file of one more partition; several may be open at once, all are closed before the finish. */
    public Partition partition() throws IOException {
        String extension = request.format() == ExportFormat.ION ? ".ion.gz" : ".json.gz";
        String key = request.dataFolder() + "/" + name() + extension;
        return new Partition(new DataFile(key, sink.create(key)));
    }

    /** One data file being written. Not threadsafe, nor are two of one export. */
    public final class Partition implements AutoCloseable {
        private final DataFile file;
        private final LineBuilder line = new LineBuilder();

        private Partition(DataFile file) {
            this.file = file;
        }

        public void item(Map<String, AttributeValue> item) throws IOException {
            write(item, request.format() == ExportFormat.ION ? IonText::writeItem : DynamoDbJson::writeItem);
        }

        public void change(Change change) throws IOException {
            write(change, request.format() == ExportFormat.ION ? IonText::writeChange : DynamoDbJson::writeChange);
        }

        private <T> void write(T value, BiConsumer<T, LineBuilder> format) throws IOException {
            format.accept(value, line.clear());
            file.write(line);
        }

        @Override
        public void close() throws IOException {
            file.close();
            files.add(file.manifest());
        }
    }

    private String name() {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < 26; i++) {
            name.append(BASE32.charAt(random.nextInt(32)));
        }
        return name.toString();
    }

    /**
     * Writes the manifests; the export is complete when this returns.
     *
     * @param billedSizeBytes what AWS would bill: table and local indexes for a full export, changes for an incremental
     */
    public ManifestSummary finish(long billedSizeBytes) throws IOException {
        StringBuilder lines = new StringBuilder();
        long itemCount = 0;
        for (ManifestFile file : files) {
            lines.append(file.toJson()).append('\n');
            itemCount += file.itemCount();
        }
        String filesKey = request.folder() + "/manifest-files.json";
        manifest(filesKey, lines.toString());
        ManifestSummary summary = new ManifestSummary(
                request.exportArn(),
                request.startTime(),
                clock.instant(),
                request.tableArn(),
                request.tableId(),
                request.exportTime(),
                request.exportFromTime(),
                request.exportToTime(),
                request.outputView(),
                request.s3Bucket(),
                request.s3Prefix(),
                request.s3SseAlgorithm(),
                request.s3SseKmsKeyId(),
                filesKey,
                billedSizeBytes,
                itemCount,
                request.format());
        manifest(request.manifestSummaryKey(), summary.toJson());
        return summary;
    }

    private void manifest(String key, String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        put(key, utf8);
        String md5 = Base64.getEncoder().encodeToString(DataFile.md5().digest(utf8));
        put(key.replace(".json", ".md5"), md5.getBytes(StandardCharsets.US_ASCII));
    }

    private void put(String key, byte[] body) throws IOException {
        try (OutputStream object = sink.create(key)) {
            object.write(body);
        }
    }
}
