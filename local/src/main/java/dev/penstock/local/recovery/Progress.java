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

/**
 * Waits for what DynamoDB does in the background, and says where it stands. Descriptions are eventually consistent: a
 * table that was asked for may not be found for a while, so that is taken for an answer only after some minutes.
 */
final class Progress {
    private static final Duration LIMIT = Duration.ofHours(24);
    private static final Duration NOT_FOUND_LIMIT = Duration.ofMinutes(5);
    private static final long SAID_EVERY_NANOS = Duration.ofSeconds(5).toNanos();

    private final DynamoDbClient client;
    private final PrintWriter out;
    private final Duration notFoundLimit;

    Progress(DynamoDbClient client, PrintWriter out) {
        this(client, out, NOT_FOUND_LIMIT);
    }

    /** @param notFoundLimit how long a table may not be found, at most, before it is taken for gone */
    Progress(DynamoDbClient client, PrintWriter out, Duration notFoundLimit) {
        this.client = client;
        this.out = out;
        this.notFoundLimit = notFoundLimit;
    }

    /**
     * The table, once it is active.
     *
     * @throws IllegalStateException when it is not found for some minutes: its restore failed
     */
    TableDescription awaitActive(String table) {
        TableDescription[] found = new TableDescription[1];
        await("table " + table, () -> {
            found[0] = client.describeTable(request -> request.tableName(table)).table();
            TableStatus status = found[0].tableStatus();
            return status == TableStatus.ACTIVE ? null : status.toString();
        });
        return found[0];
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

    /**
     * Asks until the answer is {@code null}, and prints an answer every five seconds.
     *
     * @throws IllegalStateException when it takes longer than a day, or what is asked for is not found for some minutes
     */
    void await(String what, Supplier<@Nullable String> state) {
        long begin = System.nanoTime();
        long[] said = {begin};
        long[] found = {begin};
        Await.until(LIMIT, what, () -> {
            String now;
            try {
                now = state.get();
                found[0] = System.nanoTime();
            } catch (ResourceNotFoundException e) {
                if (System.nanoTime() - found[0] >= notFoundLimit.toNanos()) {
                    throw new IllegalStateException(
                            what + " was not found for " + notFoundLimit.toSeconds()
                                    + " s: it is gone, or was not made",
                            e);
                }
                now = "not found yet";
            }
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
