package dev.penstock.lambdas.catalog;

/** What a TTL delete of a source item does to a view or an aggregate. */
public enum OnExpiry {
    /** The effect stays; the source must be append-only and archived, so that it can be recomputed. */
    KEEP,
    /** The effect goes, as with a delete by a user. */
    RETRACT
}
