package dev.penstock.local.dax;

import java.math.BigDecimal;
import java.math.BigInteger;

/** Numbers as CBOR has them: integers, big integers, decimal fractions and, from no client seen, floating point. */
final class CborNumbers {
    /** An exponent beyond this is out of every DynamoDB number's range, and costly to write out. */
    private static final int MAX_EXPONENT = 1000;

    private CborNumbers() {}

    /** @throws MalformedRequestException when the next item is no finite number of a sane size */
    static BigDecimal read(CborReader in) {
        return switch (in.peekMajor()) {
            case Cbor.UNSIGNED, Cbor.NEGATIVE -> new BigDecimal(integer(in));
            case Cbor.TAG -> tagged(in, in.readTag());
            case Cbor.SIMPLE -> floating(in);
            default -> throw CborReader.unexpected("a number", in.peek());
        };
    }

    private static BigDecimal tagged(CborReader in, long tag) {
        if (tag != Cbor.TAG_DECIMAL) {
            return new BigDecimal(bignum(in, tag));
        }
        int length = in.readArray();
        if (length != 2) {
            throw new MalformedRequestException("a decimal fraction has 2 elements, not " + length);
        }
        long exponent = in.readInteger();
        if (Math.abs(exponent) > MAX_EXPONENT) {
            throw new MalformedRequestException("decimal exponent out of range: " + exponent);
        }
        return new BigDecimal(integer(in), (int) -exponent);
    }

    private static BigInteger integer(CborReader in) {
        int head = in.readRawByte();
        if (head >>> 5 == Cbor.TAG) {
            return bignum(in, in.argument(head));
        }
        long value = in.argument(head);
        BigInteger magnitude = value >= 0
                ? BigInteger.valueOf(value)
                : BigInteger.valueOf(value & Long.MAX_VALUE).setBit(Long.SIZE - 1);
        return switch (head >>> 5) {
            case Cbor.UNSIGNED -> magnitude;
            case Cbor.NEGATIVE -> magnitude.not();
            default -> throw CborReader.unexpected("an integer", head);
        };
    }

    private static BigInteger bignum(CborReader in, long tag) {
        if (tag != Cbor.TAG_BIG_POSITIVE && tag != Cbor.TAG_BIG_NEGATIVE) {
            throw new MalformedRequestException("tag " + tag + " is no number");
        }
        byte[] bytes = in.readBytes();
        if (bytes.length > MAX_EXPONENT) {
            throw new MalformedRequestException("number of " + bytes.length + " bytes");
        }
        BigInteger magnitude = new BigInteger(1, bytes);
        return tag == Cbor.TAG_BIG_NEGATIVE ? magnitude.not() : magnitude;
    }

    private static BigDecimal floating(CborReader in) {
        int head = in.readRawByte();
        double value = switch (head) {
            case Cbor.HALF -> Float.float16ToFloat((short) in.bigEndian(2));
            case Cbor.FLOAT -> Float.intBitsToFloat((int) in.bigEndian(4));
            case Cbor.DOUBLE -> Double.longBitsToDouble(in.bigEndian(8));
            default -> throw CborReader.unexpected("a number", head);
        };
        if (!Double.isFinite(value)) {
            throw new MalformedRequestException("not a finite number: " + value);
        }
        return BigDecimal.valueOf(value);
    }
}
