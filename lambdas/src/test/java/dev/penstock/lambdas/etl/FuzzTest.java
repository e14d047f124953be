package dev.penstock.lambdas.etl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.lambdas.export.DynamoDbJson;
import dev.penstock.lambdas.export.IonLine;
import dev.penstock.lambdas.export.IonText;
import dev.penstock.lambdas.export.LineBuilder;
import dev.penstock.lambdas.export.MalformedException;
import dev.penstock.lambdas.imports.CsvOptions;
import dev.penstock.lambdas.imports.ImportFile;
import dev.penstock.lambdas.imports.ItemRules;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.InputFormat;

/** Mutated lines: no crash, no hang, every line accounted for. Raise the number with -Dpenstock.fuzz=1000000. */
class FuzzTest {
    private static final int LINES = Integer.getInteger("penstock.fuzz", 20_000);
    private static final byte[] ALPHABET =
            "\"\\{}[]:,'$SNBMLOTUEnulltrueI 01.d-\u0001".getBytes(StandardCharsets.US_ASCII);
    private static final Map<String, AttributeValue> SEED = Map.of(
            "pk", AttributeValue.fromS("a\"b\\c"),
            "n", AttributeValue.fromN("12.50"),
            "b", AttributeValue.fromB(SdkBytes.fromUtf8String("bytes")),
            "m",
                    AttributeValue.fromM(Map.of(
                            "x",
                            AttributeValue.fromL(
                                    List.of(AttributeValue.fromBool(true), AttributeValue.fromNul(true))))),
            "ss", AttributeValue.fromSs(List.of("x", "é")),
            "ns", AttributeValue.fromNs(List.of("1", "-2")),
            "bs", AttributeValue.fromBs(List.of(SdkBytes.fromUtf8String("z"))));

    private final Random random = new Random(42);

    private byte[] mutate(byte[] line) {
        byte[] mutant = line.clone();
        for (int i = random.nextInt(4); i >= 0 && mutant.length > 2; i--) {
            int at = random.nextInt(mutant.length);
            switch (random.nextInt(4)) {
                case 0 -> mutant[at] = (byte) random.nextInt(256);
                case 1 -> mutant[at] = ALPHABET[random.nextInt(ALPHABET.length)];
                case 2 -> mutant = Arrays.copyOf(mutant, at);
                default -> {
                    byte[] shorter = new byte[mutant.length - 1];
                    System.arraycopy(mutant, 0, shorter, 0, at);
                    System.arraycopy(mutant, at + 1, shorter, at, mutant.length - at - 1);
                    mutant = shorter;
                }
            }
        }
        for (int i = 0; i < mutant.length; i++) {
            mutant[i] = mutant[i] == '\n' ? (byte) ' ' : mutant[i];
        }
        return mutant;
    }

    @Test
    void etlAccountsForEveryMutant() throws IOException {
        LineBuilder seed = new LineBuilder();
        DynamoDbJson.writeItem(SEED, seed);
        byte[] original = seed.toBytes();
        LineBuilder file = new LineBuilder();
        int strict = 0;
        for (int i = 0; i < LINES; i++) {
            byte[] mutant = mutate(original);
            strict += reads(mutant) ? 1 : 0;
            file.raw(mutant).ascii('\n');
        }
        Folder folder = new Folder();
        folder.objects.put("in/a.json", file.toBytes());
        Counts counts = folder.run("""
                        {"steps": [{"filter": "attribute_exists(pk) OR n > 3"}, {"explode": {"list": "m.x", "as": "e"}}],
                         "output": {"format": "ION", "compression": "NONE", "parts": 2}}""", 1).counts();
        assertEquals(LINES, counts.read());
        Counts copied = folder.run("{\"output\":{\"compression\":\"NONE\"}}", 1).counts();
        assertEquals(LINES, copied.read());
        assertTrue(copied.written() >= strict, "what the strict reader reads is never rejected");
        assertTrue(copied.rejected() > LINES / 4, "mutants must be bad enough to test anything: " + copied);
    }

    private static boolean reads(byte[] line) {
        try {
            DynamoDbJson.readItem(line, 0, line.length);
            return true;
        } catch (MalformedException e) {
            return false;
        }
    }

    @Test
    void ionReaderRefusesOrReads() {
        LineBuilder seed = new LineBuilder();
        IonText.writeItem(SEED, seed);
        byte[] original = seed.toBytes();
        int read = 0;
        for (int i = 0; i < LINES; i++) {
            byte[] mutant = mutate(original);
            try {
                IonLine.readItem(mutant, 0, mutant.length);
                read++;
            } catch (MalformedException e) {
                assertTrue(e.at() >= 0);
            }
        }
        assertTrue(read > 0 && read < LINES);
    }

    /** Each mutant is an object of its own, since a line that can't be parsed ends its object. */
    @ParameterizedTest
    @EnumSource(value = InputFormat.class, names = "UNKNOWN_TO_SDK_VERSION", mode = EnumSource.Mode.EXCLUDE)
    void importerAccountsForEveryMutant(InputFormat format) throws IOException {
        LineBuilder seed = new LineBuilder();
        switch (format) {
            case CSV -> seed.ascii("a,12.50,\"x, \"\"y\"\"\",Ynl0ZXM=");
            case ION -> IonText.writeItem(SEED, seed);
            default -> DynamoDbJson.writeItem(SEED, seed);
        }
        CsvOptions csv = new CsvOptions(',', List.of("pk", "n", "s", "b"), Map.of("n", "N", "b", "B"));
        ItemRules rules = new ItemRules("pk", null, Map.of("pk", "S"));
        byte[] original = seed.toBytes();
        int[] accounted = new int[2];
        for (int i = 0; i < LINES; i++) {
            byte[] mutant = mutate(original);
            byte[] line = Arrays.copyOf(mutant, mutant.length + 1);
            line[mutant.length] = '\n';
            new ImportFile(format, csv).read(new ByteArrayInputStream(line), new ImportFile.Sink() {
                @Override
                public void item(Map<String, AttributeValue> item, long index) {
                    rules.violation(item);
                    accounted[0]++;
                }

                @Override
                public void error(long index, String message) {
                    assertFalse(message.isEmpty());
                    accounted[1]++;
                }
            });
        }
        assertEquals(LINES, accounted[0] + accounted[1]);
        assertTrue(accounted[0] > 0 && accounted[1] > 0);
    }
}
