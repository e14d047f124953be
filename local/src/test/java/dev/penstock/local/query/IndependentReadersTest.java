package dev.penstock.local.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazon.ion.IonReader;
import com.amazon.ion.IonType;
import com.amazon.ion.system.IonReaderBuilder;
import com.amazon.ion.system.IonTextWriterBuilder;
import dev.penstock.lambdas.export.ExportRequest;
import dev.penstock.lambdas.export.ExportWriter;
import dev.penstock.lambdas.export.IonText;
import dev.penstock.lambdas.export.LineBuilder;
import dev.penstock.lambdas.export.ObjectSink;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ExportFormat;

/** What we write is read by others to the same values: DuckDB, Amazon's ion-java, boto3's deserializer. */
class IndependentReadersTest {
    private static final Map<String, AttributeValue> ITEM = Map.of(
            "id", AttributeValue.fromS("quote \" back \\ line \n é 😀 \u0001"),
            "n", AttributeValue.fromN("12345678901234567890123456789012345678"),
            "small", AttributeValue.fromN("0.0000001234"),
            "b", AttributeValue.fromB(SdkBytes.fromByteArray(new byte[] {0, 1, (byte) 0xff})),
            "empty", AttributeValue.fromS(""),
            "it's odd", AttributeValue.fromBool(false),
            "null", AttributeValue.fromNul(true),
            "ns", AttributeValue.fromNs(List.of("1", "-2.5")),
            "bs", AttributeValue.fromBs(List.of(SdkBytes.fromUtf8String("x"))),
            "m", AttributeValue.fromM(Map.of("l", AttributeValue.fromL(List.of(AttributeValue.fromS("x"))))));

    @TempDir
    Path folder;

    private List<Path> export() throws IOException {
        ExportRequest request = ExportRequest.full(
                "arn:aws:dynamodb:eu-central-1:000000000000:table/T",
                "id",
                Instant.EPOCH,
                1,
                Instant.EPOCH,
                "b",
                null,
                ExportFormat.DYNAMODB_JSON);
        ExportWriter writer =
                new ExportWriter(request, ObjectSink.directory(folder), () -> Instant.EPOCH, new Random(1));
        writer.items(List.of(ITEM).iterator());
        writer.finish(0);
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".json.gz")).toList();
        }
    }

    @Test
    void duckDbReadsTheSameValues() throws IOException, SQLException {
        String file = export().getFirst().toString();
        try (Database database = Database.open()) {
            List<String> row = new ArrayList<>();
            database.query("select json->'Item'->'id'->>'S', json->'Item'->'n'->>'N', json->'Item'->'empty'->>'S',"
                            + " hex(from_base64(json->'Item'->'b'->>'B')), json->'Item'->'m'->'M'->'l'->'L'->0->>'S'"
                            + " from read_ndjson_objects('" + file + "')")
                    .rows()
                    .getFirst()
                    .forEach(row::add);
            assertEquals(List.of(ITEM.get("id").s(), ITEM.get("n").n(), "", "0001FF", "x"), row);
        }
    }

    @Test
    void ionJavaReadsTheSameValues() throws IOException {
        LineBuilder line = new LineBuilder();
        IonText.writeItem(ITEM, line);
        try (IonReader ion = IonReaderBuilder.standard().build(line.toBytes())) {
            assertEquals(IonType.STRUCT, ion.next());
            ion.stepIn();
            assertEquals(IonType.STRUCT, ion.next());
            assertEquals("Item", ion.getFieldName());
            ion.stepIn();
            int fields = 0;
            while (ion.next() != null) {
                fields++;
                AttributeValue expected = ITEM.get(ion.getFieldName());
                switch (expected.type()) {
                    case S -> assertEquals(expected.s(), ion.stringValue());
                    case N -> {
                        assertEquals(IonType.DECIMAL, ion.getType());
                        assertEquals(0, new BigDecimal(expected.n()).compareTo(ion.bigDecimalValue()));
                    }
                    case B -> assertEquals(expected.b(), SdkBytes.fromByteArray(ion.newBytes()));
                    case BOOL -> assertEquals(expected.bool(), ion.booleanValue());
                    case NUL -> assertTrue(ion.isNullValue());
                    case NS -> assertEquals(List.of("$dynamodb_NS"), List.of(ion.getTypeAnnotations()));
                    default -> assertTrue(ion.getType() == IonType.LIST || ion.getType() == IonType.STRUCT);
                }
            }
            assertEquals(ITEM.size(), fields);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "103",
                "600",
                "2000",
                "-1.5",
                "0.001",
                "0.000001",
                "0.0000001",
                "1E+30",
                "123456789.987654321"
            })
    void numbersAreTheTextThatIonJavaWrites(String number) throws IOException {
        LineBuilder line = new LineBuilder();
        IonText.writeItem(Map.of("n", AttributeValue.fromN(number)), line);
        StringBuilder expected = new StringBuilder();
        try (var writer = IonTextWriterBuilder.standard().build(expected)) {
            BigDecimal value = new BigDecimal(number);
            writer.writeDecimal(value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros());
        }
        assertEquals("$ion_1_0 {Item:{n:" + expected + "}}", line.toString());
    }

    @Test
    void boto3ReadsTheSameValues() throws IOException, InterruptedException {
        Assumptions.assumeTrue(runs("import boto3"), "python3 with boto3 is not installed here");
        String script = """
                import gzip, json, sys, base64
                from boto3.dynamodb.types import TypeDeserializer
                line = json.loads(gzip.open(sys.argv[1]).read())
                item = line['Item']
                item['b']['B'] = base64.b64decode(item['b']['B'])
                item['bs']['BS'] = [base64.b64decode(b) for b in item['bs']['BS']]
                v = {k: TypeDeserializer().deserialize(x) for k, x in item.items()}
                assert v['n'] == 12345678901234567890123456789012345678, v
                assert v['id'] == 'quote " back \\\\ line \\n é \\U0001F600 \\x01', v
                assert bytes(v['b'].value) == b'\\x00\\x01\\xff', v
                assert v['empty'] == '' and v['null'] is None and v["it's odd"] is False, v
                assert v['m'] == {'l': ['x']} and len(v) == 10, v
                """;
        Path file = Files.writeString(folder.resolve("read.py"), script);
        Process python = new ProcessBuilder(
                        "python3", file.toString(), export().getFirst().toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(python.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, python.exitValue(), output);
    }

    private static boolean runs(String statement) throws InterruptedException {
        try {
            Process python = new ProcessBuilder("python3", "-c", statement)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return python.waitFor(60, TimeUnit.SECONDS) && python.exitValue() == 0;
        } catch (IOException absent) {
            return false;
        }
    }
}
