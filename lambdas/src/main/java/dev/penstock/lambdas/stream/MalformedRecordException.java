package dev.penstock.lambdas.stream;

/** A record that is no item change; the message says what it lacks. It never will be one, so it is not retried. */
public final class MalformedRecordException extends Exception {
    private static final long serialVersionUID = 1L;

    public MalformedRecordException(String reason) {
        super(reason);
    }
}
