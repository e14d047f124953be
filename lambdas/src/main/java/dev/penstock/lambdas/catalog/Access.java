package dev.penstock.lambdas.catalog;

/** What a consumer's function needs, as data; the stack turns it into grants and environment variables. */
public sealed interface Access {
    /** GetItem, BatchGetItem, Query, ConditionCheckItem. */
    record Reads(String table) implements Access {}

    /** Scan of a table that is always small. */
    record Scans(String table) implements Access {}

    /** PutItem, UpdateItem, DeleteItem and GetItem, BatchGetItem, ConditionCheckItem, plain and in transactions. */
    record Writes(String table) implements Access {}

    /** SES: send from the stage's identity with its configuration set. */
    record SendsMail() implements Access {}

    /** S3: PutObject under this prefix of the archive bucket. */
    record Archives(String prefix) implements Access {}

    /** PutItem into the target of this replication, and PutObject into the failure bucket under {@code conflicts/}. */
    record Replicates(Replication replication) implements Access {}

    /** S3: PutObject into the failure bucket under {@code poison/}. */
    record Diverts() implements Access {}
}
