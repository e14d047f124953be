package dev.penstock.lambdas.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The JDK's gunzip and, where the machine has the library, ISA-L's: the same bytes, the same refusals. */
class GunzipTest {
    static Stream<Gunzip> all() {
        return Stream.concat(Stream.of(Gunzip.JDK), IsaL.find().stream());
    }

    private static byte[] text(int length) {
        Random random = new Random(length);
        byte[] text = new byte[length];
        for (int i = 0; i < length; i++) {
            text[i] = (byte) (random.nextInt(50) == 0 ? random.nextInt(256) : "{\"S\":\"abc\"},".charAt(i % 12));
        }
        return text;
    }

    private static byte[] gzip(byte[] text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(text);
        }
        return out.toByteArray();
    }

    private static byte[] unpack(Gunzip gunzip, byte[] packed, int mostAtATime) throws IOException {
        InputStream slow = new FilterInputStream(new ByteArrayInputStream(packed)) {
            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                return in.read(into, from, Math.min(length, mostAtATime));
            }
        };
        try (InputStream in = gunzip.open(slow)) {
            return in.readAllBytes();
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void anyLengthInAnyPieces(Gunzip gunzip) throws IOException {
        for (int length : new int[] {0, 1, 100, 65_536, 300_000, 3_000_000}) {
            for (int piece : new int[] {7, 1_000, 1 << 20}) {
                assertArrayEquals(text(length), unpack(gunzip, gzip(text(length)), piece));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void membersFollowUponAnother(Gunzip gunzip) throws IOException {
        byte[] two = Arrays.copyOf(gzip(text(70_000)), gzip(text(70_000)).length + gzip(text(5)).length);
        System.arraycopy(gzip(text(5)), 0, two, gzip(text(70_000)).length, gzip(text(5)).length);
        byte[] expected = Arrays.copyOf(text(70_000), 70_005);
        System.arraycopy(text(5), 0, expected, 70_000, 5);
        assertArrayEquals(expected, unpack(gunzip, two, 1 << 20));
    }

    @ParameterizedTest
    @MethodSource("all")
    void damageIsRefused(Gunzip gunzip) throws IOException {
        byte[] packed = gzip(text(300_000));
        assertThrows(IOException.class, () -> unpack(gunzip, Arrays.copyOf(packed, packed.length - 9), 1 << 20));
        assertThrows(
                IOException.class, () -> unpack(gunzip, "no gzip at all".getBytes(StandardCharsets.UTF_8), 1 << 20));
        byte[] wrongSum = packed.clone();
        wrongSum[packed.length - 6] ^= 1;
        assertThrows(IOException.class, () -> unpack(gunzip, wrongSum, 1 << 20));
    }

    @ParameterizedTest
    @MethodSource("all")
    void mutantsAreRefusedOrRead(Gunzip gunzip) throws IOException {
        assumeFalse(gunzip.equals(Gunzip.JDK), "the JDK's is what others are compared with");
        byte[] packed = gzip(text(50_000));
        Random random = new Random(3);
        for (int i = 0; i < 2_000; i++) {
            byte[] mutant = packed.clone();
            mutant[random.nextInt(mutant.length)] = (byte) random.nextInt(256);
            byte[] expected = orNothing(Gunzip.JDK, mutant);
            byte[] given = orNothing(gunzip, mutant);
            if (expected.length > 0 && given.length > 0) {
                assertArrayEquals(expected, given);
            }
        }
    }

    private static byte[] orNothing(Gunzip gunzip, byte[] packed) {
        try {
            return unpack(gunzip, packed, 1 << 20);
        } catch (IOException refused) {
            return new byte[0];
        }
    }
}
