package dev.penstock.lambdas.projection;

/** An item, or a record, that can never be applied however often it is tried; the message says why. */
public final class PoisonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public PoisonException(String reason) {
        super(reason);
    }
}
