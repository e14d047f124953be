package dev.penstock.local.recovery;

import java.io.PrintWriter;
import java.time.Instant;
import java.util.UUID;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** A table as it was at a time, restored under a name of its own and deleted when closed. */
final class PastTable implements AutoCloseable {
    private final DynamoDbClient client;
    private final String name;

    private PastTable(DynamoDbClient client, String name) {
        this.client = client;
        this.name = name;
    }

    static PastTable restore(DynamoDbClient client, String table, Instant time, PrintWriter out) {
        String name = table + "-past-" + UUID.randomUUID().toString().substring(0, 8);
        client.restoreTableToPointInTime(
                request -> request.sourceTableName(table).targetTableName(name).restoreDateTime(time));
        out.printf("  restoring %s, which is deleted at the end; should this be interrupted, delete it%n", name);
        out.flush();
        new Progress(client, out).awaitActive(name);
        return new PastTable(client, name);
    }

    String name() {
        return name;
    }

    @Override
    public void close() {
        client.deleteTable(request -> request.tableName(name));
    }
}
