package dev.penstock.local.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineLibraryTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "Linux, amd64, libsqlite4java-linux-amd64",
        "Mac OS X, aarch64, libsqlite4java-osx-aarch64",
        "Mac OS X, x86_64, libsqlite4java-osx",
        "Windows 11, amd64, sqlite4java-win32-x64"
    })
    void knowsTheArtifactOfEachPlatform(String os, String arch, String artifact) {
        assertEquals(artifact, EngineLibrary.artifact(os, arch));
    }

    @Test
    void saysWhatToDoWhereThereIsNone() {
        IllegalStateException none =
                assertThrows(IllegalStateException.class, () -> EngineLibrary.artifact("Linux", "aarch64"));
        assertTrue(none.getMessage().contains("--store URL"), none.getMessage());
    }

    @Test
    void findsItOnTheClassPathBesideTheJarOrInAMavenRepository() throws IOException {
        Path library = file("cache/libsqlite4java-osx-aarch64-1.0.392.dylib");
        assertEquals(
                Optional.of(library.getParent()),
                EngineLibrary.find("libsqlite4java-osx-aarch64", List.of(Path.of("other.jar"), library)));
        Path jar = file("lib/sqlite4java-1.0.392.jar");
        assertEquals(Optional.empty(), EngineLibrary.find("sqlite4java-win32-x64", List.of(jar)));
        file("lib/sqlite4java-win32-x64-1.0.392.dll");
        assertEquals(Optional.of(jar.getParent()), EngineLibrary.find("sqlite4java-win32-x64", List.of(jar)));
        Path maven = file("com/almworks/sqlite4java/sqlite4java/1.0.392/sqlite4java-1.0.392.jar");
        Path linux = file(
                "com/almworks/sqlite4java/libsqlite4java-linux-amd64/1.0.392/libsqlite4java-linux-amd64-1.0.392.so");
        assertEquals(Optional.of(linux.getParent()), EngineLibrary.find("libsqlite4java-linux-amd64", List.of(maven)));
        Path apple = file("io/github/ganadist/sqlite4java/libsqlite4java-osx-aarch64/1.0.392/"
                + "libsqlite4java-osx-aarch64-1.0.392.dylib");
        assertEquals(Optional.of(apple.getParent()), EngineLibrary.find("libsqlite4java-osx-aarch64", List.of(maven)));
    }

    private Path file(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.createFile(file);
    }
}
