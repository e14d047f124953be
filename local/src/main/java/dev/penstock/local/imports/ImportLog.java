package dev.penstock.local.imports;

/** Where the errors of imports are written: CloudWatch Logs, group {@value #GROUP}. Must be threadsafe. */
@FunctionalInterface
public interface ImportLog {
    /** The log group of all imports. */
    String GROUP = "/aws-dynamodb/imports";

    /**
     * Adds one event to the group.
     *
     * @param stream {@code <import id>/error}
     * @param message JSON with itemS3Pointer, importArn and errorMessages
     */
    void write(String region, String stream, String message);
}
