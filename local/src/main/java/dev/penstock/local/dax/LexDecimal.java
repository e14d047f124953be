package dev.penstock.local.dax;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/**
 * Numbers as bytes that sort like the numbers, the form of a numeric sort key.
 *
 * <p>A head byte holds the sign and the decimal exponent (0.ddd x 10^exponent; beyond +-62 four more bytes hold it).
 * Then come the digits, three by three as 10-bit groups, and a last group that says how many digits of the final
 * three count. Negative numbers are mirrored, so that a larger magnitude sorts first.
 */
final class LexDecimal {
    private static final BigInteger THOUSAND = BigInteger.valueOf(1000);
    private static final int ZERO = 0x80;
    private static final int ZERO_NEGATIVE = 0x7f;
    private static final int LARGE = 0xfe;
    private static final int SMALL = 0x81;
    private static final int NEGATIVE_LARGE = 0x01;
    private static final int NEGATIVE_SMALL = 0x7e;
    private static final int SHORT_EXPONENT = 62;
    /** A positive group is 12..1011 (negative ones mirror it): below and above is room for the final group. */
    private static final int FIRST_GROUP = 12;

    private static final int GROUP_MASK = 1023;
    private static final int MAX_GROUPS = 64;

    private LexDecimal() {}

    static void write(BigDecimal number, CborWriter out) {
        if (number.signum() == 0) {
            out.raw(ZERO);
            return;
        }
        boolean negative = number.signum() < 0;
        BigDecimal digits = number.abs().stripTrailingZeros();
        int precision = digits.precision();
        writeExponent(precision - digits.scale(), negative, out);

        int padding = (3 - precision % 3) % 3;
        BigInteger rest = digits.unscaledValue().multiply(BigInteger.TEN.pow(padding));
        int groups = (precision + padding) / 3;
        int[] values = new int[groups + 1];
        values[groups] = 2 - padding;
        for (int i = groups - 1; i >= 0; i--) {
            BigInteger[] parts = rest.divideAndRemainder(THOUSAND);
            values[i] = parts[1].intValue() + FIRST_GROUP;
            rest = parts[0];
        }
        int pending = 0;
        int bits = 0;
        for (int value : values) {
            pending = pending << 10 | (negative ? GROUP_MASK - value : value);
            bits += 10;
            for (; bits >= 8; bits -= 8) {
                out.raw(pending >>> (bits - 8));
            }
        }
        if (bits > 0) {
            out.raw(pending << (8 - bits));
        }
    }

    private static void writeExponent(int exponent, boolean negative, CborWriter out) {
        if (exponent >= -SHORT_EXPONENT && exponent < SHORT_EXPONENT) {
            out.raw(negative ? 0x3f - exponent : 0xc0 + exponent);
            return;
        }
        if (negative) {
            out.raw(exponent < 0 ? NEGATIVE_SMALL : NEGATIVE_LARGE);
        } else {
            out.raw(exponent < 0 ? SMALL : LARGE);
        }
        int ordered = exponent ^ (negative ? Integer.MAX_VALUE : Integer.MIN_VALUE);
        out.raw(ordered >>> 24).raw(ordered >>> 16).raw(ordered >>> 8).raw(ordered);
    }

    static BigDecimal read(CborReader in) {
        int head = in.readRawByte();
        if (head == ZERO || head == ZERO_NEGATIVE) {
            return BigDecimal.ZERO;
        }
        if (head == 0x00 || head == 0xff) {
            throw new MalformedRequestException("a key is no null");
        }
        boolean negative = head < ZERO;
        int exponent = switch (head) {
            case NEGATIVE_LARGE, NEGATIVE_SMALL -> readInt(in) ^ Integer.MAX_VALUE;
            case LARGE, SMALL -> readInt(in) ^ Integer.MIN_VALUE;
            default -> negative ? 0x3f - head : head - 0xc0;
        };
        BigInteger digits = BigInteger.ZERO;
        int precision = 0;
        int pending = 0;
        int bits = 0;
        for (int groups = 0; groups < MAX_GROUPS; ) {
            pending = pending << 8 | in.readRawByte();
            bits += 8;
            if (bits < 10) {
                continue;
            }
            bits -= 10;
            int group = pending >>> bits & GROUP_MASK;
            int value = negative ? GROUP_MASK - group : group;
            if (value <= 2) {
                return number(digits, precision, 2 - value, exponent, negative);
            }
            if (value < FIRST_GROUP || value >= FIRST_GROUP + 1000) {
                throw new MalformedRequestException("digit group out of range: " + value);
            }
            digits = digits.multiply(THOUSAND).add(BigInteger.valueOf(value - FIRST_GROUP));
            precision += 3;
            groups++;
        }
        throw new MalformedRequestException("a numeric key of more than " + 3 * MAX_GROUPS + " digits");
    }

    private static BigDecimal number(BigInteger digits, int precision, int padding, int exponent, boolean negative) {
        if (precision == 0 || Math.abs((long) exponent) > 1000) {
            throw new MalformedRequestException("numeric key out of range, exponent " + exponent);
        }
        BigDecimal number = new BigDecimal(digits, precision - exponent);
        if (padding > 0) {
            number = number.setScale(precision - padding - exponent, RoundingMode.DOWN);
        }
        return negative ? number.negate() : number;
    }

    private static int readInt(CborReader in) {
        return in.readRawByte() << 24 | in.readRawByte() << 16 | in.readRawByte() << 8 | in.readRawByte();
    }
}
