package dev.penstock.local.journal;

/** The journal can't be written. Whoever sees it stops: no answer may be ahead of the journal. */
public final class JournalFailure extends RuntimeException {
    JournalFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
