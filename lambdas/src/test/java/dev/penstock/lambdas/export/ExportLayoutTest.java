package dev.penstock.lambdas.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ExportFormat;
import software.amazon.awssdk.services.dynamodb.model.ExportViewType;

class ExportLayoutTest {
    private static final String TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/ProductCatalog";
    private static final Instant START = Instant.ofEpochMilli(1693685827463L);
    private static final Instant END = START.plusSeconds(130);

    @TempDir
    Path bucket;

    private ManifestSummary writeFull(ExportFormat format, String prefix) throws IOException {
        ExportRequest request = ExportRequest.full(
                TABLE, "12345a12-abcd-123a-ab12-1234abc12345", START, 0x2d8752fd, START, "ddb", prefix, format);
        ExportWriter writer = new ExportWriter(request, ObjectSink.directory(bucket), () -> END, new Random(1));
        writer.start();
        writer.items(List.of(item("a"), item("b")).iterator());
        writer.items(List.<Map<String, AttributeValue>>of().iterator());
        writer.items(List.of(item("c")).iterator());
        return writer.finish(123);
    }

    private static Map<String, AttributeValue> item(String id) {
        return Map.of("id", AttributeValue.fromS(id));
    }

    @Test
    void aFullExportHasTheDocumentedObjects() throws IOException {
        writeFull(ExportFormat.DYNAMODB_JSON, "daily");
        List<String> keys = ObjectSource.directory(bucket).list("");
        String folder = "daily/AWSDynamoDB/01693685827463-2d8752fd/";
        assertEquals(8, keys.size());
        assertTrue(keys.containsAll(List.of(
                folder + "_started",
                folder + "manifest-files.json",
                folder + "manifest-files.md5",
                folder + "manifest-summary.json",
                folder + "manifest-summary.md5")));
        assertEquals(
                3,
                keys.stream()
                        .filter(key -> key.matches(folder + "data/[a-z2-7]{26}\\.json\\.gz"))
                        .count());
        assertEquals(24, Files.size(bucket.resolve(folder + "manifest-files.md5")));
        assertEquals(0, Files.size(bucket.resolve(folder + "_started")));
    }

    @Test
    void theSummaryHasEachDocumentedMember() throws IOException {
        writeFull(ExportFormat.DYNAMODB_JSON, null);
        String folder = "AWSDynamoDB/01693685827463-2d8752fd/";
        assertEquals(
                "{\"version\":\"2020-06-30\",\"exportArn\":\"" + TABLE + "/export/01693685827463-2d8752fd\","
                        + "\"startTime\":\"2023-09-02T20:17:07.463Z\",\"endTime\":\"2023-09-02T20:19:17.463Z\","
                        + "\"tableArn\":\"" + TABLE + "\",\"tableId\":\"12345a12-abcd-123a-ab12-1234abc12345\","
                        + "\"exportTime\":\"2023-09-02T20:17:07.463Z\",\"s3Bucket\":\"ddb\",\"s3Prefix\":null,"
                        + "\"s3SseAlgorithm\":\"AES256\",\"s3SseKmsKeyId\":null,"
                        + "\"manifestFilesS3Key\":\"" + folder + "manifest-files.json\",\"billedSizeBytes\":123,"
                        + "\"itemCount\":3,\"outputFormat\":\"DYNAMODB_JSON\",\"exportType\":\"FULL_EXPORT\"}",
                Files.readString(bucket.resolve(folder + "manifest-summary.json")));
        String line = Files.readString(bucket.resolve(folder + "manifest-files.json"))
                .lines()
                .findFirst()
                .orElseThrow();
        assertTrue(
                line.matches("\\{\"itemCount\":2,\"md5Checksum\":\"[A-Za-z0-9+/]{22}==\",\"etag\":\"[0-9a-f]{32}-1\","
                        + "\"dataFileS3Key\":\"" + folder + "data/[a-z2-7]{26}\\.json\\.gz\"}"),
                line);
    }

    @ParameterizedTest
    @EnumSource(
            names = {"DYNAMODB_JSON", "ION"},
            value = ExportFormat.class)
    void whatWasWrittenIsRead(ExportFormat format) throws IOException {
        ManifestSummary written = writeFull(format, "p");
        ExportReader reader = open();
        assertEquals(written, reader.summary());
        reader.verify();
        List<Map<String, AttributeValue>> items = new ArrayList<>();
        reader.items(items::add);
        assertEquals(List.of(item("a"), item("b"), item("c")), items);
    }

    @ParameterizedTest
    @EnumSource(
            names = {"DYNAMODB_JSON", "ION"},
            value = ExportFormat.class)
    void aFileIsReadFromAnyItemUntilItIsEnough(ExportFormat format) throws IOException {
        writeFull(format, "p");
        ExportReader reader = open();
        ManifestFile file = reader.files().stream()
                .filter(each -> each.itemCount() == 2)
                .findFirst()
                .orElseThrow();
        List<Map<String, AttributeValue>> items = new ArrayList<>();
        assertFalse(reader.items(file, 0, item -> {
            items.add(item);
            return false;
        }));
        assertEquals(List.of(item("a")), items);
        assertTrue(reader.items(file, 1, items::add));
        assertEquals(List.of(item("a"), item("b")), items);
        assertTrue(reader.items(file, 2, items::add));
        assertEquals(2, items.size());
    }

    @ParameterizedTest
    @EnumSource(
            names = {"DYNAMODB_JSON", "ION"},
            value = ExportFormat.class)
    void incrementalExportsShareTheirDataFolder(ExportFormat format) throws IOException {
        Change change = new Change(1_680_109_764_000_000L, item("a"), null, item("a"));
        for (int i = 0; i < 2; i++) {
            ExportRequest request = ExportRequest.incremental(
                    TABLE,
                    "id",
                    START.plusMillis(i),
                    i,
                    START.minusSeconds(900),
                    START,
                    ExportViewType.NEW_AND_OLD_IMAGES,
                    "ddb",
                    "inc",
                    format);
            ExportWriter writer = new ExportWriter(request, ObjectSink.directory(bucket), () -> END, new Random(i));
            writer.start();
            writer.changes(List.of(change).iterator());
            writer.finish(10_000_000);
        }
        ObjectSource source = ObjectSource.directory(bucket);
        assertEquals(2, source.list("inc/AWSDynamoDB/data/").size());
        List<String> found = ExportReader.find(source, "inc");
        assertEquals(2, found.size());
        List<Change> changes = new ArrayList<>();
        ExportReader reader = ExportReader.open(source, found.getFirst());
        reader.changes(changes::add);
        assertEquals(List.of(change), changes);
        String summary = new String(source.read(found.getFirst()), StandardCharsets.UTF_8);
        assertTrue(summary.startsWith("{\"version\":\"2023-08-01\""), summary);
        assertTrue(summary.contains("\"exportFromTime\":\"2023-09-02T20:02:07.463Z\",\"exportToTime\":"), summary);
        assertTrue(
                summary.contains("\"outputView\":\"NEW_AND_OLD_IMAGES\",\"exportType\":\"INCREMENTAL_EXPORT\""),
                summary);
    }

    @Test
    void aCopyBelowAnotherPrefixIsRead() throws IOException {
        writeFull(ExportFormat.DYNAMODB_JSON, "original/prefix");
        Path moved = bucket.resolve("elsewhere");
        Files.createDirectories(moved);
        Files.move(bucket.resolve("original/prefix/AWSDynamoDB"), moved.resolve("copy"));
        List<Map<String, AttributeValue>> items = new ArrayList<>();
        open().items(items::add);
        assertEquals(3, items.size());
    }

    @Test
    void checksumFilesOfEitherNameAreChecked() throws IOException {
        writeFull(ExportFormat.DYNAMODB_JSON, null);
        Path folder = bucket.resolve("AWSDynamoDB/01693685827463-2d8752fd");
        Files.move(folder.resolve("manifest-files.md5"), folder.resolve("manifest-files.checksum"));
        open();
        Files.writeString(folder.resolve("manifest-files.checksum"), "AAAAAAAAAAAAAAAAAAAAAA==");
        IOException e = assertThrows(IOException.class, this::open);
        assertTrue(e.getMessage().contains("does not match"), e.getMessage());
    }

    @Test
    void aDamagedDataFileIsNamed() throws IOException {
        writeFull(ExportFormat.DYNAMODB_JSON, null);
        ExportReader reader = open();
        Path file = bucket.resolve(reader.files().getLast().dataFileS3Key());
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        IOException e = assertThrows(IOException.class, reader::verify);
        assertTrue(e.getMessage().contains(reader.files().getLast().dataFileS3Key()), e.getMessage());
    }

    private ExportReader open() throws IOException {
        ObjectSource source = ObjectSource.directory(bucket);
        return ExportReader.open(source, ExportReader.find(source, "").getFirst());
    }
}
