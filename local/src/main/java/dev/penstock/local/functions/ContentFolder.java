package dev.penstock.local.functions;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Folders named by the digest of what they hold: made once, complete or absent, shared by concurrent starts. */
final class ContentFolder {
    private final Path root;
    private final Map<String, Path> known = new ConcurrentHashMap<>();

    ContentFolder(Path root) {
        this.root = root;
    }

    /** Fills a folder that appears under its final name only when it is complete. */
    interface Filler {
        void fill(Path folder) throws IOException;
    }

    /** The folder a zip unpacks to, unpacked at the first call for the same bytes. A directory is its own folder. */
    Path unpacked(Path code) {
        if (Files.isDirectory(code)) {
            return code.toAbsolutePath();
        }
        try {
            // Reading megabytes again at each start of a JVM would only find the same digest.
            String version = code + " " + Files.getLastModifiedTime(code) + " " + Files.size(code);
            Path folder = known.get(version);
            if (folder == null) {
                folder = of("code-" + digest(Files.readAllBytes(code)), draft -> unzip(code, draft));
                known.put(version, folder);
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the function code " + code, e);
        }
    }

    Path of(String name, Filler filler) {
        Path target = root.resolve(name).toAbsolutePath();
        if (Files.isDirectory(target)) {
            return target;
        }
        try {
            Files.createDirectories(root);
            Path draft = Files.createTempDirectory(root, ".draft");
            filler.fill(draft);
            try {
                Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                // Someone else made the same folder in between: theirs is as good.
                if (!Files.isDirectory(target)) {
                    throw e;
                }
                delete(draft);
            }
            return target;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack into " + root, e);
        }
    }

    static String digest(byte[] content) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(content))
                    .substring(0, 32);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void unzip(Path zip, Path folder) throws IOException {
        try (var in = new ZipInputStream(Files.newInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                Path file = folder.resolve(entry.getName()).normalize();
                if (!file.startsWith(folder)) {
                    throw new IOException("entry outside the archive: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else {
                    Files.createDirectories(file.getParent());
                    try {
                        Files.copy(in, file);
                    } catch (FileAlreadyExistsException e) {
                        throw new IOException("two entries of one name: " + entry.getName(), e);
                    }
                }
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
