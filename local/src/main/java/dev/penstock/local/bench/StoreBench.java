package dev.penstock.local.bench;

import dev.penstock.lambdas.export.Codec;
import dev.penstock.lambdas.export.DynamoDbJson;
import dev.penstock.lambdas.export.Lines;
import dev.penstock.local.backup.BackupApi;
import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.dynamodb.DynamoDb;
import dev.penstock.local.export.BucketObjects;
import dev.penstock.local.export.Exports;
import dev.penstock.local.gateway.Gateway;
import dev.penstock.local.imports.Imports;
import dev.penstock.local.s3.ObjectStore;
import dev.penstock.local.store.EmbeddedEngine;
import dev.penstock.local.store.RegionStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.ExportDescription;
import software.amazon.awssdk.services.dynamodb.model.ImportTableDescription;
import software.amazon.awssdk.services.dynamodb.model.InputCompressionType;
import software.amazon.awssdk.services.dynamodb.model.InputFormat;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** {@code bench s3}: local ImportTable and export beside the embedded engine's own BatchWriteItem and Scan. */
@Command(
        name = "s3",
        description = "Measure local import and export beside the embedded engine's own writes and scans.",
        mixinStandardHelpOptions = true)
public final class StoreBench implements Callable<Integer> {
    private static final String REGION = "us-east-1";
    private static final String BUCKET = "bench";
    private static final int BATCH = 25;

    @Option(names = "--megabytes", paramLabel = "N", description = "of items (default: ${DEFAULT-VALUE})")
    private int megabytes = 32;

    @Option(names = "--rounds", paramLabel = "N", description = "after one to warm up (default: ${DEFAULT-VALUE})")
    private int rounds = 3;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    private final Map<String, List<Double>> rates = new LinkedHashMap<>();
    private final Map<String, List<Double>> perCpu = new LinkedHashMap<>();

    @Override
    public Integer call() throws IOException {
        Path folder = Files.createTempDirectory("penstock-bench-s3");
        try {
            run(folder, spec.commandLine().getOut());
        } finally {
            delete(folder);
        }
        return 0;
    }

    private void run(Path folder, PrintWriter out) throws IOException {
        var clock = new MovableClock(InstantSource.system());
        try (var engine = EmbeddedEngine.start();
                ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor();
                var buckets = ObjectStore.open(folder.resolve("buckets"), clock);
                var store = RegionStore.open(
                        new RegionStore.Options(REGION, clock, folder.resolve("journal"), engine.client()));
                var gateway = Gateway.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), REGION)) {
            var dynamodb = new DynamoDb(region -> store, clock);
            var backups = BackupApi.Region.open(store, folder.resolve("backups"), tasks);
            new BackupApi(region -> backups).addTo(dynamodb);
            // In the caller's thread, so that a call takes as long as its job.
            new Exports(buckets, Runnable::run).addTo(dynamodb);
            new Imports(buckets, (region, stream, message) -> out.println(message), Runnable::run).addTo(dynamodb);
            gateway.add(dynamodb);
            buckets.createBucket(BUCKET, REGION);
            out.printf("writing %d MB of items%n", megabytes);
            out.flush();
            var objects = new BucketObjects(buckets, BUCKET);
            ShopExport.write(objects, 4, megabytes * 250_000L);
            List<Map<String, AttributeValue>> items = items(objects);
            try (DynamoDbClient client = client(gateway)) {
                for (int round = 0; round <= rounds; round++) {
                    out.printf(
                            "round %d of %d%s (load average %.1f)%n",
                            round,
                            rounds,
                            round == 0 ? ", to warm up" : "",
                            ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
                    out.flush();
                    round(client, engine.client(), items, round);
                }
            }
            print(out, items.size());
        }
    }

    private static DynamoDbClient client(Gateway gateway) {
        return DynamoDbClient.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder().socketTimeout(Duration.ofMinutes(10)))
                .endpointOverride(gateway.endpoint())
                .region(Region.of(REGION))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .build();
    }

    private static List<Map<String, AttributeValue>> items(BucketObjects objects) throws IOException {
        List<Map<String, AttributeValue>> items = new ArrayList<>();
        for (String key : objects.list("data/")) {
            try (InputStream in = Codec.GZIP.decompress(objects.open(key))) {
                Lines.read(in, (text, from, to, number) -> items.add(DynamoDbJson.readItem(text, from, to)));
            }
        }
        return items;
    }

    private interface Work {
        long run();
    }

    private void measure(int round, String name, Work work) {
        long start = System.nanoTime();
        double cpu = EtlTask.cpuSeconds();
        long items = work.run();
        double rate = items * 1e9 / (System.nanoTime() - start);
        double byCpu = items / (EtlTask.cpuSeconds() - cpu);
        PrintWriter out = spec.commandLine().getOut();
        out.printf("  %-24s %,8.0f items/s, %,8.0f per CPU-second%n", name, rate, byCpu);
        out.flush();
        if (round > 0) {
            rates.computeIfAbsent(name, key -> new ArrayList<>()).add(rate);
            perCpu.computeIfAbsent(name, key -> new ArrayList<>()).add(byCpu);
        }
    }

    private void round(
            DynamoDbClient client, DynamoDbClient engine, List<Map<String, AttributeValue>> items, int round) {
        String plain = "Plain" + round;
        engine.createTable(create -> create.tableName(plain)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(attributes())
                .keySchema(keys()));
        measure(round, "BatchWriteItem", () -> write(engine, plain, items));
        String imported = "Imported" + round;
        measure(round, "ImportTable", () -> importTable(client, imported));
        client.updateContinuousBackups(update ->
                update.tableName(imported).pointInTimeRecoverySpecification(p -> p.pointInTimeRecoveryEnabled(true)));
        measure(
                round,
                "Scan",
                () -> engine.scanPaginator(scan -> scan.tableName(plain)).items().stream()
                        .count());
        measure(round, "ExportTableToPointInTime", () -> export(client, imported));
        engine.deleteTable(delete -> delete.tableName(plain));
        client.deleteTable(delete -> delete.tableName(imported));
    }

    /** As the engine takes most: 25 items a call. An item that comes twice in a call is written once. */
    private static long write(DynamoDbClient engine, String table, List<Map<String, AttributeValue>> items) {
        for (int from = 0; from < items.size(); from += BATCH) {
            List<WriteRequest> writes = items.subList(from, Math.min(from + BATCH, items.size())).stream()
                    .map(item -> WriteRequest.builder()
                            .putRequest(put -> put.item(item))
                            .build())
                    .toList();
            engine.batchWriteItem(batch -> batch.requestItems(Map.of(table, writes)));
        }
        return items.size();
    }

    private static long importTable(DynamoDbClient client, String table) {
        String arn = client.importTable(request -> request.s3BucketSource(
                                s -> s.s3Bucket(BUCKET).s3KeyPrefix("data/"))
                        .inputFormat(InputFormat.DYNAMODB_JSON)
                        .inputCompressionType(InputCompressionType.GZIP)
                        .tableCreationParameters(t -> t.tableName(table)
                                .billingMode(BillingMode.PAY_PER_REQUEST)
                                .attributeDefinitions(attributes())
                                .keySchema(keys())))
                .importTableDescription()
                .importArn();
        ImportTableDescription done =
                client.describeImport(describe -> describe.importArn(arn)).importTableDescription();
        if (done.errorCount() != 0 || done.endTime() == null) {
            throw new IllegalStateException("the import failed: " + done);
        }
        return done.importedItemCount();
    }

    private static long export(DynamoDbClient client, String table) {
        String arn = client.exportTableToPointInTime(
                        export -> export.tableArn(client.describeTable(describe -> describe.tableName(table))
                                        .table()
                                        .tableArn())
                                .s3Bucket(BUCKET)
                                .s3Prefix("exports"))
                .exportDescription()
                .exportArn();
        ExportDescription done =
                client.describeExport(describe -> describe.exportArn(arn)).exportDescription();
        if (done.itemCount() == null) {
            throw new IllegalStateException("the export failed: " + done);
        }
        return done.itemCount();
    }

    private static List<AttributeDefinition> attributes() {
        return Stream.of("pk", "sk")
                .map(name -> AttributeDefinition.builder()
                        .attributeName(name)
                        .attributeType(ScalarAttributeType.S)
                        .build())
                .toList();
    }

    private static List<KeySchemaElement> keys() {
        return List.of(
                KeySchemaElement.builder()
                        .attributeName("pk")
                        .keyType(KeyType.HASH)
                        .build(),
                KeySchemaElement.builder()
                        .attributeName("sk")
                        .keyType(KeyType.RANGE)
                        .build());
    }

    private void print(PrintWriter out, int items) {
        out.printf("%,d items, median of %d rounds in one JVM, items a second%n%n", items, rounds);
        out.println("| what | items/s | items per CPU-second |");
        out.println("|---|---|---|");
        rates.forEach((name, all) ->
                out.printf("| %s | %,.0f | %,.0f |%n", name, median(all), median(perCpu.getOrDefault(name, all))));
        out.println();
        Bar.least("ImportTable, of the engine's BatchWriteItem", ratio(rates, "ImportTable", "BatchWriteItem"), 0.8)
                .print(out);
        Bar.least("export, of the engine's Scan", ratio(rates, "ExportTableToPointInTime", "Scan"), 0.8)
                .print(out);
        out.printf(
                "the same by CPU: %.2f, %.2f%n",
                ratio(perCpu, "ImportTable", "BatchWriteItem"), ratio(perCpu, "ExportTableToPointInTime", "Scan"));
        out.flush();
    }

    private static double ratio(Map<String, List<Double>> rates, String one, String other) {
        return median(rates.getOrDefault(one, List.of(0.0))) / median(rates.getOrDefault(other, List.of(1.0)));
    }

    private static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Collections.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
