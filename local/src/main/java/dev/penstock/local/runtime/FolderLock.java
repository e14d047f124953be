package dev.penstock.local.runtime;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One runtime at a time in a data folder: two would write over each other's journal. The operating system holds the lock,
 * so that it ends with the process, however that ends; the file stays.
 */
final class FolderLock implements AutoCloseable {
    /**
     * What this JVM holds. Asked before the file is opened: where locks are POSIX's, closing any channel on a file gives up
     * all locks that the process has on it.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final FileChannel file;

    private FolderLock(Path folder, FileChannel file) {
        this.folder = folder;
        this.file = file;
    }

    /**
     * @param folder that exists
     * @throws FolderInUseException when a runtime of this or of another process has it
     */
    static FolderLock take(Path folder) throws IOException {
        Path real = folder.toRealPath();
        if (!HELD.add(real)) {
            throw new FolderInUseException(folder);
        }
        FileChannel file = null;
        try {
            file = FileChannel.open(real.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (file.tryLock() == null) {
                throw new FolderInUseException(folder);
            }
            return new FolderLock(real, file);
        } catch (IOException | RuntimeException e) {
            release(real, file);
            throw e;
        }
    }

    private static void release(Path folder, @Nullable FileChannel file) throws IOException {
        try (file) {
            // Closing it gives up the lock.
        } finally {
            HELD.remove(folder);
        }
    }

    @Override
    public void close() throws IOException {
        release(folder, file);
    }
}
