package dev.penstock.lambdas.export;

/** Input that breaks its format. The message names the rule; {@link #at} is the byte where it was broken. */
public final class MalformedException extends RuntimeException {
    private final int at;

    public MalformedException(String rule, int at) {
        super(rule);
        this.at = at;
    }

    /** Byte offset within the line, from 0. */
    public int at() {
        return at;
    }
}
