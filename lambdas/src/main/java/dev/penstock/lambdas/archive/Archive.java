package dev.penstock.lambdas.archive;

/** Where archived items go. */
@FunctionalInterface
public interface Archive {
    /** Writes an object, replacing the one of the same key. */
    void put(String key, byte[] body);
}
