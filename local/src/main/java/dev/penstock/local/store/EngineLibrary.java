package dev.penstock.local.store;

import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the native SQLite library that DynamoDB Local needs, so that nobody has to set a library path. It comes as one
 * artifact per platform, either on the class path, or beside the other jars, or beside them in a Maven repository.
 */
final class EngineLibrary {
    private static final String PROPERTY = "sqlite4java.library.path";

    private EngineLibrary() {}

    /** Points SQLite's loader to the library's folder, unless the user did so already. */
    static void locate() {
        if (System.getProperty(PROPERTY) == null) {
            Stream<Path> classPath = Arrays.stream(
                            System.getProperty("java.class.path", "").split(File.pathSeparator))
                    .map(Path::of);
            List<Path> places = Stream.concat(classPath, jar().stream()).toList();
            String artifact = artifact(System.getProperty("os.name"), System.getProperty("os.arch"));
            Path folder = find(artifact, places)
                    .orElseThrow(() -> new IllegalStateException("the native library " + artifact
                            + " of DynamoDB Local is not on the class path; add that artifact, or set -D" + PROPERTY
                            + " to its folder, or use another engine with --store URL"));
            System.setProperty(PROPERTY, folder.toString());
        }
    }

    /** The jar that SQLite's Java classes come from, for class loaders that are not the class path. */
    private static Optional<Path> jar() {
        try {
            Class<?> sqlite =
                    Class.forName("com.almworks.sqlite4java.SQLite", false, EngineLibrary.class.getClassLoader());
            return Optional.ofNullable(sqlite.getProtectionDomain().getCodeSource())
                    .map(source -> Path.of(URI.create(source.getLocation().toString())));
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("DynamoDB Local is not on the class path: SQLite is missing", e);
        }
    }

    /**
     * The artifact for an operating system and processor as Java names them.
     *
     * @throws IllegalStateException where no library exists
     */
    static String artifact(String os, String arch) {
        String system = os.toLowerCase(Locale.ROOT);
        boolean arm = arch.equals("aarch64") || arch.startsWith("arm");
        boolean intel64 = arch.equals("amd64") || arch.equals("x86_64");
        if (system.startsWith("linux") && intel64) {
            return "libsqlite4java-linux-amd64";
        } else if (system.startsWith("mac")) {
            return arm ? "libsqlite4java-osx-aarch64" : "libsqlite4java-osx";
        } else if (system.startsWith("windows") && intel64) {
            return "sqlite4java-win32-x64";
        }
        throw new IllegalStateException("DynamoDB Local has no native library for " + os + " on " + arch
                + " (Linux x64, macOS, Windows x64 have one); use another engine with --store URL");
    }

    /** The folder that holds the artifact's file. */
    static Optional<Path> find(String artifact, List<Path> classPath) {
        Stream<Path> folders = classPath.stream().flatMap(entry -> candidates(artifact, entry));
        return folders.filter(folder -> holds(folder, artifact)).findFirst();
    }

    private static Stream<Path> candidates(String artifact, Path entry) {
        String name = String.valueOf(entry.getFileName());
        Path folder = entry.toAbsolutePath().resolveSibling("");
        if (name.startsWith(artifact + "-")) {
            return Stream.of(folder);
        }
        if (!name.startsWith("sqlite4java-") || !name.endsWith(".jar")) {
            return Stream.of();
        }
        Path version = folder.getFileName();
        Path group = folder.resolve("../..").normalize();
        Path apple = group.resolve("../../../io/github/ganadist/sqlite4java").normalize();
        return Stream.of(
                folder,
                group.resolve(artifact).resolve(version),
                apple.resolve(artifact).resolve(version));
    }

    private static boolean holds(Path folder, String artifact) {
        return Stream.of(".so", ".dylib", ".dll")
                .map(suffix -> folder.resolve(artifact + "-1.0.392" + suffix))
                .anyMatch(Files::isRegularFile);
    }
}
