package dev.penstock.local.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Every document and item exactly as of a position of the journal, in one file. With the frames after the position it
 * makes the whole state again, so neither a start nor a look at the past replays 35 days.
 */
record Checkpoint(long position, Path file) {
    private static final String SUFFIX = ".checkpoint";

    static Checkpoint at(Path folder, long position) {
        return new Checkpoint(position, folder.resolve(String.format(Locale.ROOT, "%016d%s", position, SUFFIX)));
    }

    /** The newest one in a folder; one half written by a crash has another name. */
    static @Nullable Checkpoint newest(Path folder) throws IOException {
        List<Path> whole = files(folder, SUFFIX);
        if (whole.isEmpty()) {
            return null;
        }
        Path newest = whole.getLast();
        return new Checkpoint(Long.parseLong(newest.getFileName().toString().substring(0, 16)), newest);
    }

    /** Deletes all others; whoever has one open reads on. */
    void deleteOlder(Path folder) throws IOException {
        for (Path other : files(folder, SUFFIX)) {
            if (!other.getFileName().equals(file.getFileName())) {
                Files.deleteIfExists(other);
            }
        }
    }

    static List<Path> files(Path folder, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }
}
