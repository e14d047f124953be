package dev.penstock.local.dax;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.dax.com.amazon.cbor.CborInputStream;
import software.amazon.dax.com.amazon.cbor.SegmentPool.Segment;
import software.amazon.dax.com.amazon.dax.bits.LexDecimal;
import software.amazon.dax.com.amazon.dax.bits.SegmentPool;
import software.amazon.dax.dynamodb.AttributeValueDecoder;
import software.amazon.dax.dynamodb.AttributeValueEncoder;

/** The official client's own encoders and decoders are the oracle: what they write we read, what we write they read. */
class CodecOracleTest {
    private static final int CASES = 5_000;

    @Test
    void valuesTheOfficialClientWritesAreRead() {
        Tries.run(CASES, (random, i) -> {
            AttributeValue value = RandomItems.value(random, 4);
            assertEquals(Normal.of(value), Normal.of(Values.read(new CborReader(officiallyEncoded(value)))));
        });
    }

    @Test
    void valuesWeWriteAreReadByTheOfficialClient() {
        Tries.run(CASES, (random, i) -> {
            AttributeValue value = RandomItems.value(random, 4);
            CborWriter out = new CborWriter();
            Values.write(value, out);
            List<AttributeValue> read = official(() ->
                    AttributeValueDecoder.decodeAnonymousStreamedItem(input(out.toByteArray()), new ArrayList<>()));
            assertEquals(
                    List.of(Normal.of(value)), read.stream().map(Normal::of).toList());
        });
    }

    @Test
    void sortKeyNumbersAreWrittenAndReadAsTheOfficialClientDoes() {
        Tries.run(CASES, (random, i) -> {
            BigDecimal number = RandomItems.decimal(random);
            CborWriter out = new CborWriter();
            dev.penstock.local.dax.LexDecimal.write(number, out);
            assertArrayEquals(LexDecimal.encode(number, 0), out.toByteArray(), number::toString);
            BigDecimal[] theirs = new BigDecimal[1];
            LexDecimal.decode(out.toByteArray(), 0, theirs);
            assertEquals(0, number.compareTo(theirs[0]));
            BigDecimal ours = dev.penstock.local.dax.LexDecimal.read(new CborReader(LexDecimal.encode(number, 0)));
            assertEquals(0, number.compareTo(ours), () -> number + " read as " + ours);
        });
    }

    @Test
    void sortKeyBytesSortLikeTheNumbers() {
        Tries.run(CASES, (random, i) -> {
            BigDecimal a = RandomItems.decimal(random);
            BigDecimal b = random.nextInt(3) == 0 ? a.negate() : RandomItems.decimal(random);
            assertEquals(
                    Integer.signum(a.compareTo(b)),
                    Integer.signum(Arrays.compareUnsigned(sortKey(a), sortKey(b))),
                    () -> a + " against " + b);
        });
    }

    @Test
    void keysAreReadByTheOfficialClient() {
        ScalarAttributeType[] types = {ScalarAttributeType.S, ScalarAttributeType.N, ScalarAttributeType.B};
        Tries.run(CASES, (random, i) -> {
            KeySchema.Attribute partition = new KeySchema.Attribute("p", types[random.nextInt(3)]);
            KeySchema.Attribute sort =
                    random.nextBoolean() ? new KeySchema.Attribute("s", types[random.nextInt(3)]) : null;
            KeySchema schema = new KeySchema(partition, sort);
            Map<String, AttributeValue> key = new HashMap<>();
            schema.attributes()
                    .forEach(attribute -> key.put(
                            attribute.name(),
                            switch (attribute.type()) {
                                case S -> AttributeValue.fromS(RandomItems.text(random, 1 + random.nextInt(20)));
                                case N -> AttributeValue.fromN(RandomItems.number(random));
                                default -> AttributeValue.fromB(RandomItems.bytes(random, 1 + random.nextInt(20)));
                            }));
            byte[] bytes = schema.encode(key);
            assertEquals(Normal.of(AttributeValue.fromM(key)), Normal.of(AttributeValue.fromM(schema.decode(bytes))));
            List<AttributeDefinition> definitions = schema.attributes().stream()
                    .map(attribute -> AttributeDefinition.builder()
                            .attributeName(attribute.name())
                            .attributeType(attribute.type())
                            .build())
                    .toList();
            Map<String, AttributeValue> theirs = new HashMap<>();
            official(() -> {
                AttributeValueDecoder.decodeKey(
                        input(new CborWriter().bytes(bytes).toByteArray()), definitions, theirs);
                return theirs;
            });
            assertEquals(Normal.of(AttributeValue.fromM(key)), Normal.of(AttributeValue.fromM(theirs)));
        });
    }

    @Test
    void theScannerFindsTheEndOfWhateverTheOfficialClientWrites() {
        Tries.run(CASES, (random, i) -> {
            byte[] item = new CborWriter()
                    .bytes(officiallyEncoded(RandomItems.value(random, 4)))
                    .toByteArray();
            byte[] twoItems = new byte[item.length + 3];
            System.arraycopy(item, 0, twoItems, 0, item.length);
            ItemScanner scanner = new ItemScanner();
            scanner.start(0, 1);
            int cut = random.nextInt(item.length);
            assertTrue(!scanner.scan(twoItems, cut, 1 << 20), "an item is not over before its last byte");
            assertTrue(scanner.scan(twoItems, twoItems.length, 1 << 20));
            assertEquals(item.length, scanner.position());
        });
    }

    private static byte[] sortKey(BigDecimal number) {
        CborWriter out = new CborWriter();
        dev.penstock.local.dax.LexDecimal.write(number, out);
        return out.toByteArray();
    }

    static byte[] officiallyEncoded(AttributeValue value) {
        return official(() -> {
            SegmentPool pool = SegmentPool.withCapacity(4096);
            Segment head = pool.alloc();
            AttributeValueEncoder.encodeAttributeValue(pool, head, value);
            return SegmentPool.chainCopy(head, 0);
        });
    }

    private static CborInputStream input(byte[] bytes) {
        return new CborInputStream(new ByteArrayInputStream(bytes), 1024);
    }

    interface Official<T> {
        T call() throws IOException;
    }

    static <T> T official(Official<T> call) {
        try {
            return call.call();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
