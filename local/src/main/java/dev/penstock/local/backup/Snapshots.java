package dev.penstock.local.backup;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.journal.ItemFile;
import dev.penstock.local.journal.Micros;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.Table;
import dev.penstock.local.streams.ItemSize;
import java.nio.file.Path;
import java.time.Instant;
import software.amazon.awssdk.services.dynamodb.model.SSESpecification;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/** A table's items in a file, and tables made from such files: what a backup is, whichever service keeps it. */
public final class Snapshots {
    private Snapshots() {}

    /** What was written. */
    public record Size(long items, long bytes) {}

    /** The moment that holds all writes answered so far: the journal's clock may be some microseconds ahead. */
    public static Instant now(RegionStore store) {
        Instant last = Micros.toInstant(store.journal().last());
        Instant now = store.clock().instant();
        return last.isAfter(now) ? last : now;
    }

    /**
     * Writes the table as it was at that time, whole or not at all.
     *
     * @param time not before the table was made, within the journal's retention
     */
    public static Size write(RegionStore store, Table table, Instant time, Path file) {
        long[] totals = new long[2];
        ItemFile.write(
                file,
                sink -> store.pointInTime().scan(table, time, item -> {
                    totals[0]++;
                    totals[1] += ItemSize.of(item);
                    sink.accept(item);
                }));
        return new Size(totals[0], totals[1]);
    }

    /**
     * Begins to make a table from a file; its settings are those that a restore keeps.
     *
     * @param source the table as it was when the file was written
     * @param backupArn what DescribeTable names as its source while it is being made
     * @param encryption the table's, whatever the source's was
     * @param done run when the restore has ended: well if the table is active then, else the table is gone
     * @throws AwsError TableAlreadyExistsException; ValidationException for a name that no table can have
     */
    public static TableDescription restore(
            BackupApi.Region region,
            Path file,
            TableDescription source,
            String backupArn,
            Instant time,
            String target,
            SSESpecification encryption,
            Runnable done) {
        return new Restores(region.store(), region.tasks())
                .begin(
                        target,
                        RestoredTable.of(
                                source,
                                RestoredTable.Overrides.encryption(encryption),
                                region.store().region()),
                        Restores.summary(source.tableArn(), backupArn, time),
                        visitor -> ItemFile.read(file, visitor),
                        done);
    }
}
