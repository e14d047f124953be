package dev.penstock.lambdas.operations;

import java.time.Instant;

/**
 * The latest export of one table and kind, as the state table holds it.
 *
 * @param table logical name
 * @param from start of the window, inclusive; of a full export the same as {@code to}
 * @param to end of the window, exclusive; of a full export the point in time
 * @param attempt from 1; after a failure the next one needs another client token, as the old one gives the failed export back
 *     (AWS: ExportTableToPointInTime, ClientToken)
 * @param exportArn empty as long as DynamoDB has not answered the request
 */
record ExportRun(String table, Kind kind, Instant from, Instant to, int attempt, String exportArn, Status status) {

    /** Which part of a table is exported. */
    enum Kind {
        /** All items as they were at one time. */
        FULL,
        /** What changed in a window. */
        INCREMENTAL
    }

    /** Where it stands. */
    enum Status {
        /** Wanted, and perhaps asked for. */
        RUNNING,
        /** In the bucket, and its partition registered. */
        DONE
    }

    static ExportRun first(String table, Kind kind, Instant from, Instant to) {
        return new ExportRun(table, kind, from, to, 1, "", Status.RUNNING);
    }

    ExportRun started(String arn) {
        return new ExportRun(table, kind, from, to, attempt, arn, status);
    }

    ExportRun failed() {
        return new ExportRun(table, kind, from, to, attempt + 1, "", Status.RUNNING);
    }

    ExportRun done() {
        return new ExportRun(table, kind, from, to, attempt, exportArn, Status.DONE);
    }

    /** Key of the state row. */
    String key() {
        return key(table, kind);
    }

    static String key(String table, Kind kind) {
        return "export#" + table + "#" + kind;
    }

    /** The same for the same window and attempt: a crash between asking and noting the answer asks for the same export. */
    String clientToken() {
        return "%s-%s-%d-%d-%d".formatted(table, kind, from.getEpochSecond(), to.getEpochSecond(), attempt);
    }

    /**
     * A prefix of its own for each export: incremental exports under one prefix share one folder of data, where no partition
     * could tell them apart. It has no slash at its end, as DynamoDB joins one on.
     */
    String prefix() {
        return "%s/%s/%s-%d".formatted(table, kind, to.toString().replace(':', '-'), attempt);
    }
}
