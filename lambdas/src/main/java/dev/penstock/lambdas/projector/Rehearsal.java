package dev.penstock.lambdas.projector;

import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.diversion.Diversion;
import dev.penstock.lambdas.diversion.RecordJson;
import dev.penstock.lambdas.priming.Nowhere;
import dev.penstock.lambdas.priming.SampleRecord;
import dev.penstock.lambdas.tables.Backoff;
import dev.penstock.lambdas.tables.InParallel;
import dev.penstock.lambdas.tables.TableNames;
import dev.penstock.lambdas.telemetry.Telemetry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import software.amazon.awssdk.core.warmup.SdkWarmUp;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** One invocation per source table, against a DynamoDB that is nowhere: no table is touched, all code is loaded. */
final class Rehearsal {
    private static final Diversion NO_DIVERSION = (record, reason) -> {};

    private Rehearsal() {}

    static void plain(Catalog catalog) {
        rehearse(catalog, false);
    }

    static void windowed(Catalog catalog) {
        rehearse(catalog, true);
    }

    private static void rehearse(Catalog catalog, boolean windowed) {
        SdkWarmUp.warmUp(DynamoDbClient.class);
        try (DynamoDbClient nowhere = Nowhere.dynamoDb()) {
            Projectors projectors = new Projectors(
                    catalog, nowhere, new TableNames(""), Backoff.none(), InParallel.atMost(2), Telemetry.silent());
            for (Table source : catalog.tables()) {
                boolean ofWindowed = catalog.aggregatesOf(source.name()).stream()
                        .anyMatch(aggregate -> aggregate.mode() == Aggregate.Mode.WINDOWED);
                if (windowed == ofWindowed && !catalog.effectsOf(source.name()).isEmpty()) {
                    invoke(projectors, catalog, source, windowed);
                }
            }
        }
    }

    static void invoke(Projectors projectors, Catalog catalog, Table source, boolean windowed) {
        String record = RecordJson.write(SampleRecord.of(catalog, source, source.name()));
        String window = windowed ? "\"shardId\":\"priming\",\"state\":{}," : "";
        var event = new ByteArrayInputStream(
                ("{" + window + "\"Records\":[" + record + "]}").getBytes(StandardCharsets.UTF_8));
        var answer = new ByteArrayOutputStream();
        try {
            if (windowed) {
                new WindowedProjectorHandler(projectors, NO_DIVERSION, Telemetry.silent())
                        .handleRequest(event, answer, null);
            } else {
                new ProjectorHandler(projectors, NO_DIVERSION, Telemetry.silent()).handleRequest(event, answer, null);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }
}
