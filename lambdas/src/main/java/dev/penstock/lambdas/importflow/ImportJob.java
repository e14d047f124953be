package dev.penstock.lambdas.importflow;

import dev.penstock.lambdas.etl.Counts;

/**
 * Where an import stands, as the state table has it.
 *
 * @param id also the client token of ImportTable: a repeated call gives the same import
 * @param manifest of the export: {@code s3://bucket/.../manifest-summary.json}
 * @param recipe its text as it was when the import was ordered; empty: none
 * @param parts files of the export
 * @param open parts that are not transformed yet
 * @param importArn empty until ImportTable was called
 */
record ImportJob(
        String id,
        String manifest,
        String table,
        String target,
        String recipe,
        int parts,
        int open,
        Counts counts,
        String importArn,
        Status status) {

    /** In this order. */
    enum Status {
        /** Parts are on their way through the recipe. */
        TRANSFORMING,
        /** ImportTable runs. */
        IMPORTING,
        /** The table is there, with its settings. */
        COMPLETED,
        /** Lines could not be read or transformed, so nothing was imported. */
        REJECTED,
        /** ImportTable failed; the table holds what it could import. */
        FAILED
    }

    /** Where its objects are in the bucket. */
    String prefix() {
        return "imports/" + id + "/";
    }
}
