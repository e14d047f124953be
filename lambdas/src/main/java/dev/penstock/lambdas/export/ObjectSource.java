package dev.penstock.lambdas.export;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where objects are read: a bucket, or a folder that stands for one. Threadsafe. */
public interface ObjectSource {

    /** @throws NoSuchFileException when there is no such object */
    InputStream open(String key) throws IOException;

    /** All keys that begin with this prefix, sorted; a prefix is raw text, not a folder. */
    List<String> list(String prefix) throws IOException;

    default byte[] read(String key) throws IOException {
        try (InputStream in = open(key)) {
            return in.readAllBytes();
        }
    }

    /** A folder as a bucket. */
    static ObjectSource directory(Path root) {
        return new ObjectSource() {
            @Override
            public InputStream open(String key) throws IOException {
                return Files.newInputStream(resolve(root, key));
            }

            @Override
            public List<String> list(String prefix) throws IOException {
                if (!Files.exists(root)) {
                    return List.of();
                }
                try (Stream<Path> files = Files.walk(root)) {
                    return files.filter(Files::isRegularFile)
                            .map(file -> root.relativize(file).toString().replace('\\', '/'))
                            .filter(key -> key.startsWith(prefix))
                            .sorted()
                            .toList();
                }
            }
        };
    }

    /** The file of a key; a key that would leave the folder is refused. */
    static Path resolve(Path root, String key) {
        Path file = root.resolve(key).normalize();
        if (!file.startsWith(root.normalize())) {
            throw new IllegalArgumentException("key leaves the folder " + root + ": " + key);
        }
        return file;
    }
}
