package dev.penstock.local.recovery;

import dev.penstock.local.clients.Await;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.BackupStatus;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/** Waits for what DynamoDB does in the background, and says where it stands. */
final class Progress {
    private static final Duration LIMIT = Duration.ofHours(24);
    private static final long SAID_EVERY_NANOS = Duration.ofSeconds(5).toNanos();

    private final DynamoDbClient client;
    private final PrintWriter out;

    Progress(DynamoDbClient client, PrintWriter out) {
        this.client = client;
        this.out = out;
    }

    /** @throws IllegalStateException when the table is gone: its restore failed */
    TableDescription awaitActive(String table) {
        await("table " + table, () -> {
            TableStatus status = describe(table).tableStatus();
            return status == TableStatus.ACTIVE ? null : status.toString();
        });
        return describe(table);
    }

    private TableDescription describe(String table) {
        try {
            return client.describeTable(request -> request.tableName(table)).table();
        } catch (ResourceNotFoundException e) {
            throw new IllegalStateException("table " + table + " is gone: its restore failed", e);
        }
    }

    void awaitDeleted(String table) {
        await("deletion of " + table, () -> {
            try {
                return client.describeTable(request -> request.tableName(table))
                        .table()
                        .tableStatusAsString();
            } catch (ResourceNotFoundException done) {
                return null;
            }
        });
    }

    void awaitAvailable(String backupArn) {
        await("backup", () -> {
            BackupStatus status = client.describeBackup(request -> request.backupArn(backupArn))
                    .backupDescription()
                    .backupDetails()
                    .backupStatus();
            return status == BackupStatus.AVAILABLE ? null : status.toString();
        });
    }

    /** Asks until the answer is {@code null}, and prints an answer every five seconds. */
    void await(String what, Supplier<@Nullable String> state) {
        long begin = System.nanoTime();
        long[] said = {begin};
        Await.until(LIMIT, what, () -> {
            String now = state.get();
            if (now != null && System.nanoTime() - said[0] > SAID_EVERY_NANOS) {
                said[0] = System.nanoTime();
                out.printf(
                        "  %s: %s, %d s%n",
                        what, now, Duration.ofNanos(said[0] - begin).toSeconds());
                out.flush();
            }
            return now == null;
        });
    }
}
