package dev.penstock.lambdas.export;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where objects are written: a bucket, or a folder that stands for one. Threadsafe. */
@FunctionalInterface
public interface ObjectSink {

    /** Begins an object; it exists once the stream is closed, whole or not at all. */
    OutputStream create(String key) throws IOException;

    /** A folder as a bucket: key {@code a/b} is file {@code a/b} in it. */
    static ObjectSink directory(Path root) {
        return key -> {
            Path file = ObjectSource.resolve(root, key);
            Files.createDirectories(file.toAbsolutePath().getParent());
            return Files.newOutputStream(file);
        };
    }
}
