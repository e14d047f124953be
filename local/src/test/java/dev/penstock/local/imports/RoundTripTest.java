package dev.penstock.local.imports;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.lambdas.etl.Column;
import dev.penstock.lambdas.etl.Etl;
import dev.penstock.lambdas.etl.Output;
import dev.penstock.lambdas.etl.Part;
import dev.penstock.lambdas.etl.Recipe;
import dev.penstock.lambdas.export.Codec;
import dev.penstock.lambdas.export.DynamoDbJson;
import dev.penstock.lambdas.export.ExportReader;
import dev.penstock.lambdas.export.Json;
import dev.penstock.local.dax.Normal;
import dev.penstock.local.dax.RandomItems;
import dev.penstock.local.export.BucketObjects;
import dev.penstock.local.export.LocalTables;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.ExportFormat;
import software.amazon.awssdk.services.dynamodb.model.ImportStatus;
import software.amazon.awssdk.services.dynamodb.model.ImportTableDescription;
import software.amazon.awssdk.services.dynamodb.model.InputCompressionType;
import software.amazon.awssdk.services.dynamodb.model.InputFormat;
import software.amazon.awssdk.services.dynamodb.model.InputFormatOptions;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** Law: table, export, import gives the table again, whatever is in it, in both formats and all compressions. */
class RoundTripTest {
    private static final List<String> ODD_NAMES = List.of(
            "null", "S", "Item", "$ion_1_0", "a.b", "it's", "say \"hi\"", "back\\slash", "{", "0", "größe", "日本", "😀");
    private static final String DELIMITERS = ",;:|\t ";

    private static LocalTables tables;
    private static Path folder;
    private static int made;

    @BeforeContainer
    static void open() throws IOException {
        folder = Files.createTempDirectory("penstock-roundtrip");
        tables = new LocalTables(folder);
    }

    @AfterContainer
    static void close() throws IOException {
        tables.close();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(java.util.Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }

    @Property(shrinking = ShrinkingMode.OFF)
    void anExportImportsAsTheTable(@ForAll long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        String source = table();
        for (int i = random.nextInt(9); i > 0; i--) {
            put(source, item(random));
        }
        ExportFormat format = random.nextBoolean() ? ExportFormat.DYNAMODB_JSON : ExportFormat.ION;
        List<Codec> codecs = List.of(Codec.values());
        roundTrip(source, format, codecs.get(random.nextInt(codecs.size())));
        tables.client.deleteTable(delete -> delete.tableName(source));
    }

    @Example
    void theLargestItemsComeBack() throws IOException {
        String source = table();
        SplittableRandom random = new SplittableRandom(1);
        put(source, with("escaped", AttributeValue.fromS("\"\\\u0001".repeat(136_000))));
        byte[] noise = new byte[409_000];
        random.nextBytes(noise);
        put(source, with("binary", AttributeValue.fromB(SdkBytes.fromByteArray(noise))));
        put(source, with("n".repeat(50_000), AttributeValue.fromN("1" + "0".repeat(37))));
        for (ExportFormat format : List.of(ExportFormat.DYNAMODB_JSON, ExportFormat.ION)) {
            for (Codec codec : Codec.values()) {
                roundTrip(source, format, codec);
            }
        }
    }

    private static void roundTrip(String source, ExportFormat format, Codec codec) throws IOException {
        ExportReader export = export(source, format);
        String data = export.key(export.files().getFirst());
        String prefix = data.substring(0, data.lastIndexOf('/') + 1);
        if (codec != Codec.GZIP) {
            prefix = source + "/" + format + "/" + codec + "/";
            etl(export, prefix, new Output(Output.Format.valueOf(format.name()), codec, 1, 2, true, ',', List.of()));
        }
        String copy = "Copy" + made++;
        ImportTableDescription done =
                load(copy, prefix, InputFormat.valueOf(format.name()), codec, InputFormatOptions.builder());
        assertEquals(ImportStatus.COMPLETED, done.importStatus(), done::toString);
        Set<Object> expected = items(source);
        assertEquals(expected.size(), done.importedItemCount());
        assertEquals(expected, items(copy), () -> format + " " + codec);
        tables.client.deleteTable(delete -> delete.tableName(copy));
    }

    /** CSV keeps keys and non-empty strings; numbers, booleans and base64 come back as text, nothing is left out. */
    @Property(shrinking = ShrinkingMode.OFF)
    void csvComesBackByItsOwnRules(@ForAll long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        String source = table();
        Map<Object, Map<String, AttributeValue>> expected = new HashMap<>();
        for (int i = random.nextInt(9); i > 0; i--) {
            Map<String, AttributeValue> item = key(random);
            for (String column : List.of("a", "b", "c")) {
                if (random.nextInt(4) > 0) {
                    item.put(column, RandomItems.value(random, 1));
                }
            }
            put(source, item);
            expected.put(Normal.of(Map.of("pk", item.get("pk"), "sk", item.get("sk"))), item);
        }
        char delimiter = DELIMITERS.charAt(random.nextInt(DELIMITERS.length()));
        List<Column> columns =
                Stream.of("pk", "sk", "a", "b", "c").map(c -> Column.of(c, c)).toList();
        String prefix = source + "/csv/";
        etl(
                export(source, ExportFormat.DYNAMODB_JSON),
                prefix,
                new Output(Output.Format.CSV, Codec.ZSTD, 1, 2, true, delimiter, columns));
        String copy = "Copy" + made++;
        ImportTableDescription done = load(
                copy,
                prefix,
                InputFormat.CSV,
                Codec.ZSTD,
                InputFormatOptions.builder().csv(csv -> csv.delimiter(String.valueOf(delimiter))));
        assertEquals(ImportStatus.COMPLETED, done.importStatus(), done::toString);
        List<Map<String, AttributeValue>> loaded =
                tables.client.scan(scan -> scan.tableName(copy)).items();
        assertEquals(expected.size(), loaded.size());
        for (Map<String, AttributeValue> item : loaded) {
            Map<String, AttributeValue> before =
                    expected.get(Normal.of(Map.of("pk", item.get("pk"), "sk", item.get("sk"))));
            for (String column : List.of("a", "b", "c")) {
                assertCell(before.get(column), item.get(column));
            }
        }
    }

    private static void assertCell(AttributeValue before, AttributeValue after) {
        String text = before == null
                ? ""
                : switch (before.type()) {
                    case S -> before.s();
                    case N -> before.n();
                    case B -> Base64.getEncoder().encodeToString(before.b().asByteArray());
                    case BOOL -> before.bool().toString();
                    case NUL -> "";
                    default -> null;
                };
        if (text == null) {
            byte[] json = after.s().getBytes(StandardCharsets.UTF_8);
            AttributeValue nested = DynamoDbJson.readValue(new Json(json, 0, json.length), 0);
            assertEquals(Normal.of(Map.of("v", before)), Normal.of(Map.of("v", nested)));
        } else {
            assertEquals(text.isEmpty() ? null : AttributeValue.fromS(text), after);
        }
    }

    private static String table() {
        String name = "Source" + made++;
        tables.table(name);
        return name;
    }

    private static Map<String, AttributeValue> key(SplittableRandom random) {
        Map<String, AttributeValue> item = new LinkedHashMap<>();
        item.put("pk", AttributeValue.fromS(RandomItems.text(random, 1 + random.nextInt(8))));
        item.put("sk", AttributeValue.fromN(RandomItems.number(random)));
        return item;
    }

    private static Map<String, AttributeValue> with(String name, AttributeValue value) {
        return Map.of("pk", AttributeValue.fromS(name.substring(0, 1)), "sk", AttributeValue.fromN("1"), name, value);
    }

    private static Map<String, AttributeValue> item(SplittableRandom random) {
        Map<String, AttributeValue> item = key(random);
        for (int i = random.nextInt(8); i > 0; i--) {
            String name = random.nextBoolean()
                    ? ODD_NAMES.get(random.nextInt(ODD_NAMES.size()))
                    : RandomItems.text(random, 1 + random.nextInt(20));
            item.putIfAbsent(name, RandomItems.value(random, 3));
        }
        return item;
    }

    private static void put(String table, Map<String, AttributeValue> item) {
        tables.client.putItem(put -> put.tableName(table).item(item));
    }

    private static Set<Object> items(String table) {
        Set<Object> items = new HashSet<>();
        tables.client.scanPaginator(scan -> scan.tableName(table)).items().forEach(item -> items.add(Normal.of(item)));
        return items;
    }

    private static ExportReader export(String table, ExportFormat format) throws IOException {
        String arn = tables.client
                .exportTableToPointInTime(export -> export.tableArn(
                                tables.store.tables().described(table).arn())
                        .s3Bucket("bucket")
                        .s3Prefix(table)
                        .exportFormat(format))
                .exportDescription()
                .exportArn();
        ExportReader reader = ExportReader.open(
                new BucketObjects(tables.buckets, "bucket"),
                tables.client
                        .describeExport(d -> d.exportArn(arn))
                        .exportDescription()
                        .exportManifest());
        reader.verify();
        return reader;
    }

    private static void etl(ExportReader export, String prefix, Output output) throws IOException {
        BucketObjects bucket = new BucketObjects(tables.buckets, "bucket");
        Etl.Result result = new Etl(bucket, bucket, new Etl.Options(1, prefix, List.of("pk", "sk"), false), read -> {})
                .run(Recipe.copy(output), Part.of(export));
        assertEquals(0, result.counts().rejected());
    }

    private static ImportTableDescription load(
            String table, String prefix, InputFormat format, Codec codec, InputFormatOptions.Builder options) {
        String arn = tables.client
                .importTable(request -> request.s3BucketSource(
                                s -> s.s3Bucket("bucket").s3KeyPrefix(prefix))
                        .inputFormat(format)
                        .inputFormatOptions(format == InputFormat.CSV ? options.build() : null)
                        .inputCompressionType(InputCompressionType.valueOf(codec.name()))
                        .tableCreationParameters(t -> t.tableName(table)
                                .billingMode(BillingMode.PAY_PER_REQUEST)
                                .attributeDefinitions(
                                        pk -> pk.attributeName("pk").attributeType(ScalarAttributeType.S),
                                        sk -> sk.attributeName("sk").attributeType(ScalarAttributeType.N))
                                .keySchema(
                                        pk -> pk.attributeName("pk").keyType(KeyType.HASH),
                                        sk -> sk.attributeName("sk").keyType(KeyType.RANGE))))
                .importTableDescription()
                .importArn();
        return tables.client.describeImport(d -> d.importArn(arn)).importTableDescription();
    }
}
