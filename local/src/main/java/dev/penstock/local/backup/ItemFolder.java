package dev.penstock.local.backup;

import dev.penstock.local.journal.ItemFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A folder with one file of items for each backup, or recovery point, by its id. What says that there is such a backup
 * stands in the journal: written after the file, removed before it, so that a crash leaves a file too many at worst,
 * which {@link #keepOnly} removes. Threadsafe.
 */
public final class ItemFolder {
    private static final System.Logger LOG = System.getLogger(ItemFolder.class.getName());
    private static final String ENDING = ".items";

    private final Path folder;

    /** Makes the folder if it is missing. */
    public ItemFolder(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the folder of backups " + folder, e);
        }
    }

    /** Where the items of a backup are. */
    public Path file(String id) {
        return folder.resolve(id + ENDING);
    }

    /** Copies a file from any folder into this one, whole or not at all. */
    public void copy(Path from, String id) {
        Path to = file(id);
        Path temporary = ItemFile.temporary(to);
        try {
            Files.copy(from, temporary, StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(temporary, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            delete(temporary);
            throw new UncheckedIOException("cannot copy " + from + " to " + to, e);
        }
    }

    /** Removes the file of a backup that is gone. */
    public void remove(String id) {
        delete(file(id));
    }

    /** Removes what no backup with such an id needs: to be called before anything is written. */
    public void keepOnly(Set<String> ids) {
        Set<Path> needed = ids.stream().map(this::file).collect(Collectors.toSet());
        for (Path file : files()) {
            if (!needed.contains(file)) {
                LOG.log(Level.INFO, "removing {0}, which no backup names: a crash left it", file);
                delete(file);
            }
        }
    }

    /** Whole files and half-written ones, and nothing that others have put here. */
    private List<Path> files() {
        try (var files = Files.list(folder)) {
            return files.filter(file -> {
                        String name = file.getFileName().toString();
                        return name.endsWith(ENDING)
                                || name.endsWith(
                                        ItemFile.temporary(Path.of(ENDING)).toString());
                    })
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the folder of backups " + folder, e);
        }
    }

    /** What cannot be deleted now is deleted at the next start. */
    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot delete " + file + "; the next start tries again", e);
        }
    }
}
