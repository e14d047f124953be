package dev.penstock.lambdas.etl;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/** A sum of decimals without rounding: one long per number of decimals, and BigDecimal where that is not enough. */
final class ExactSum {
    private static final int SCALES = 10;
    private static final int DIGITS = 17;

    private final long[] scaled = new long[SCALES];
    private BigDecimal rest = BigDecimal.ZERO;

    /** Adds the number written in ASCII in {@code text[from, to)}. */
    void add(byte[] text, int from, int to) {
        boolean negative = from < to && text[from] == '-';
        long value = 0;
        int scale = -1;
        int at = negative ? from + 1 : from;
        if (to - at > DIGITS) {
            slow(text, from, to);
            return;
        }
        for (; at < to; at++) {
            int digit = text[at] - '0';
            if (digit >= 0 && digit <= 9) {
                value = value * 10 + digit;
            } else if (text[at] == '.' && scale < 0) {
                scale = to - at - 1;
            } else {
                slow(text, from, to);
                return;
            }
        }
        if (scale >= SCALES) {
            slow(text, from, to);
            return;
        }
        add(Math.max(scale, 0), negative ? -value : value);
    }

    private void add(int scale, long value) {
        long sum = scaled[scale] + value;
        if (((scaled[scale] ^ sum) & (value ^ sum)) < 0) {
            rest = rest.add(BigDecimal.valueOf(scaled[scale], scale));
            sum = value;
        }
        scaled[scale] = sum;
    }

    private void slow(byte[] text, int from, int to) {
        rest = rest.add(new BigDecimal(new String(text, from, to - from, StandardCharsets.US_ASCII)));
    }

    void add(ExactSum other) {
        for (int scale = 0; scale < SCALES; scale++) {
            add(scale, other.scaled[scale]);
        }
        rest = rest.add(other.rest);
    }

    BigDecimal value() {
        BigDecimal sum = rest;
        for (int scale = 0; scale < SCALES; scale++) {
            if (scaled[scale] != 0) {
                sum = sum.add(BigDecimal.valueOf(scaled[scale], scale));
            }
        }
        return sum;
    }
}
