package dev.penstock.local.streams;

import java.math.BigInteger;

/**
 * The sequence numbers of stream records: the journal's numbers, lifted to 22 digits because DynamoDB's have at least
 * 21 (API reference, StreamRecord).
 */
final class SequenceNumbers {
    private static final BigInteger BASE = BigInteger.TEN.pow(21);

    private SequenceNumbers() {}

    static BigInteger of(long number) {
        return BASE.add(BigInteger.valueOf(number));
    }

    /** The journal's number; what is below any sequence number is 0, what is above is the greatest long. */
    static long number(BigInteger sequence) {
        BigInteger number = sequence.subtract(BASE).max(BigInteger.ZERO);
        return number.bitLength() > 62 ? Long.MAX_VALUE - 1 : number.longValueExact();
    }
}
