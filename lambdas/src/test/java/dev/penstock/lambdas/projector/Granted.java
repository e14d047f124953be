package dev.penstock.lambdas.projector;

import dev.penstock.lambdas.catalog.Access;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Consumer;
import dev.penstock.lambdas.testing.FaultyClient;
import java.util.HashSet;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;

/** Refuses queries and scans that the projectors' roles don't allow on AWS, where nobody would see it in a test. */
final class Granted {
    private Granted() {}

    static DynamoDbClient wrap(Catalog catalog, DynamoDbClient client) {
        Set<String> queried = new HashSet<>();
        Set<String> scanned = new HashSet<>();
        for (Consumer projector : catalog.projectors()) {
            for (Access access : projector.access()) {
                if (access instanceof Access.Reads(String table)) {
                    queried.add(table);
                } else if (access instanceof Access.Scans(String table)) {
                    scanned.add(table);
                }
            }
        }
        return FaultyClient.wrap(client, new FaultyClient.Around() {}, request -> {
            if ((request instanceof QueryRequest query && !queried.contains(query.tableName()))
                    || (request instanceof ScanRequest scan && !scanned.contains(scan.tableName()))) {
                throw new AssertionError("not granted: " + request);
            }
            return request;
        });
    }
}
