package dev.penstock.local.runtime;

import java.nio.file.Path;

/** Another runtime works on the data folder. The message is one line for the user: which folder, what changes it. */
public final class FolderInUseException extends RuntimeException {
    FolderInUseException(Path folder) {
        super(folder + " is in use by another runtime; choose another with --data DIR, or --in-memory");
    }
}
