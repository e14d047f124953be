package dev.penstock.local.export;

import dev.penstock.lambdas.export.Change;
import dev.penstock.lambdas.export.ExportRequest;
import dev.penstock.lambdas.export.ExportWriter;
import dev.penstock.lambdas.export.ManifestSummary;
import dev.penstock.local.journal.Entry;
import dev.penstock.local.journal.ItemKey;
import dev.penstock.local.journal.Micros;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.Table;
import dev.penstock.local.streams.ItemSize;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ExportDescription;
import software.amazon.awssdk.services.dynamodb.model.ExportFormat;
import software.amazon.awssdk.services.dynamodb.model.ExportViewType;

/** Writes one export: the table at a time, or the net changes of a window, spread over partitions by key. */
final class ExportJob {
    /** A table on AWS has partitions, each at least one data file; a new on-demand table has four. */
    private static final int PARTITIONS = 4;
    /** The least that AWS bills for an incremental export. */
    private static final long LEAST_BILLED = 10_000_000;

    private final RegionStore store;
    private final Table table;
    private final ExportFilter filter;
    private final ExportRequest request;
    private final ExportWriter writer;
    private final List<ExportWriter.Partition> partitions = new ArrayList<>();
    private long billed;

    ExportJob(RegionStore store, Table table, ExportFilter filter, ExportDescription export, BucketObjects bucket) {
        this.store = store;
        this.table = table;
        this.filter = filter;
        var window = export.incrementalExportSpecification();
        this.request = new ExportRequest(
                export.tableArn(),
                export.tableId(),
                export.exportArn().substring(export.exportArn().lastIndexOf('/') + 1),
                export.startTime(),
                window == null ? export.exportTime() : null,
                window == null ? null : window.exportFromTime(),
                window == null ? null : window.exportToTime(),
                window == null ? null : window.exportViewType(),
                export.s3Bucket(),
                export.s3Prefix(),
                export.s3SseAlgorithmAsString(),
                export.s3SseKmsKeyId(),
                export.exportFormat());
        this.writer = new ExportWriter(request, bucket, store.clock(), RandomGenerator.getDefault());
    }

    /** Writes everything and answers the summary. */
    ManifestSummary run() throws IOException {
        writer.start();
        try {
            for (int i = 0; i < PARTITIONS; i++) {
                partitions.add(writer.partition());
            }
            if (request.isIncremental()) {
                changes();
            } else {
                items(Objects.requireNonNull(request.exportTime()));
            }
        } finally {
            for (ExportWriter.Partition partition : partitions) {
                partition.close();
            }
        }
        return writer.finish(request.isIncremental() ? Math.max(billed, LEAST_BILLED) : billed);
    }

    private ExportWriter.Partition partition(Map<String, AttributeValue> item) {
        int hash = table.key(item).partition().hashCode() * 0x9E3779B9;
        return partitions.get((hash >>> 16) % PARTITIONS);
    }

    private void items(Instant time) throws IOException {
        try {
            // What was written before that time, as a window ends before its end: so windows join on to a full export.
            store.pointInTime().scan(table, time.minus(1, ChronoUnit.MICROS), item -> {
                if (!filter.hasKey(item)) {
                    return;
                }
                billed += ItemSize.of(item);
                if (filter.keeps(item)) {
                    try {
                        partition(item).item(filter.project(item));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            });
        } catch (UncheckedIOException e) {
            throw Objects.requireNonNull(e.getCause());
        }
    }

    private void changes() throws IOException {
        // From is inclusive and to exclusive; the journal's bounds are the other way round.
        long from = Micros.of(Objects.requireNonNull(request.exportFromTime()));
        long to = Micros.of(Objects.requireNonNull(request.exportToTime()));
        store.journal().settle(to - 1);
        try (NetChanges changes = new NetChanges(Path.of(System.getProperty("java.io.tmpdir")))) {
            store.journal().changes(number -> number == table.number(), from - 1, Long.MAX_VALUE, entry -> {
                if (entry.committed() >= from && entry.committed() < to) {
                    add(changes, entry);
                }
                return entry.committed() < to;
            });
            changes.each(this::write);
        } catch (UncheckedIOException e) {
            throw Objects.requireNonNull(e.getCause());
        }
    }

    private void add(NetChanges changes, Entry entry) {
        var change = entry.change();
        var image = change.anyImage();
        ItemKey key = table.key(image);
        billed += ItemSize.of(image);
        try {
            changes.add(
                    key.partition().length() + " " + key.partition() + key.sort(),
                    new Change(entry.committed(), table.keyNames().of(image), change.before(), change.after()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(Change net) throws IOException {
        var judged = net.newImage() == null ? net.oldImage() : net.newImage();
        if (judged == null || (net.oldImage() != null && net.oldImage().equals(net.newImage()))) {
            return;
        }
        if (filter.hasKey(judged) && filter.keeps(judged)) {
            boolean old = request.outputView() == ExportViewType.NEW_AND_OLD_IMAGES;
            partition(judged)
                    .change(new Change(
                            net.writeTimestampMicros(),
                            net.keys(),
                            old && net.oldImage() != null ? filter.project(net.oldImage()) : null,
                            net.newImage() == null ? null : filter.project(net.newImage())));
        }
    }

    ExportFormat format() {
        return request.format();
    }

    /** Key of the manifest, as DescribeExport shows it. */
    String manifest() {
        return request.manifestSummaryKey();
    }
}
