package dev.penstock.lambdas.stream;

/**
 * The place of a change in the history of a table, as a text whose order is the order of changes:
 * {@code epoch|stream label|sequence number}. Sequence numbers have more digits than a DynamoDB number, so they are
 * padded and compared as text; they don't compare between streams, so the label comes first, and the epoch before it
 * because neither do the labels of different tables or regions.
 *
 * @param text compares with other guards of the same source
 */
public record Guard(String text) implements Comparable<Guard> {
    /** Digits of a sequence number at most, see {@code SequenceNumber} of the Streams API reference. */
    private static final int DIGITS = 40;

    private static final int EPOCH_DIGITS = 6;

    /** Below every guard of a stream: what a rebuild writes where nothing was before. */
    public static final Guard REBUILT = new Guard("000000||");

    /**
     * @param epoch 1 to 999999, see {@code Epochs}
     * @param label of the stream, the last part of its ARN
     * @param sequenceNumber decimal, at most 40 digits
     */
    public static Guard of(int epoch, String label, String sequenceNumber) {
        return new Guard(padded(Integer.toString(epoch), EPOCH_DIGITS) + "|" + label + "|" + padded(sequenceNumber));
    }

    /** A sequence number that compares as text. */
    public static String padded(String sequenceNumber) {
        return padded(sequenceNumber, DIGITS);
    }

    private static String padded(String number, int digits) {
        return "0".repeat(Math.max(0, digits - number.length())) + number;
    }

    /** The epoch in it. */
    public int epoch() {
        return Integer.parseInt(text.substring(0, text.indexOf('|')));
    }

    /** The label in it; empty where none is. */
    public String label() {
        return text.substring(text.indexOf('|') + 1, text.lastIndexOf('|'));
    }

    /** The same change, seen from another epoch. */
    public Guard withEpoch(int epoch) {
        return new Guard(padded(Integer.toString(epoch), EPOCH_DIGITS) + text.substring(text.indexOf('|')));
    }

    @Override
    public int compareTo(Guard other) {
        return text.compareTo(other.text);
    }
}
