package dev.penstock.local.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a runtime keeps its files: the user's folder, or a temporary one that is deleted at the end.
 *
 * @param lock on the user's folder; {@code null} for a temporary one, which nobody else knows
 */
record Folder(Path path, @Nullable FolderLock lock) implements AutoCloseable {

    /** @throws FolderInUseException when another runtime works on it */
    static Folder of(@Nullable Path given) {
        try {
            return given == null
                    ? new Folder(Files.createTempDirectory("penstock-"), null)
                    : new Folder(given, FolderLock.take(Files.createDirectories(given)));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the data folder " + given + " can't be made or locked: choose another with --data", e);
        }
    }

    boolean isTemporary() {
        return lock == null;
    }

    Path resolve(String name) {
        return path.resolve(name);
    }

    /** The names of what is in a folder; empty when there is none. */
    static List<String> children(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(folder)) {
            return children.map(child -> child.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the folder " + folder + " can't be read", e);
        }
    }

    @Override
    public void close() throws IOException {
        if (lock != null) {
            lock.close();
        } else {
            List<Path> files;
            try (Stream<Path> walk = Files.walk(path)) {
                files = walk.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
    }
}
