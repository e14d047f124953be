package dev.penstock.local.cli;

import java.nio.file.Path;

/** Where the repository is: the launcher says so; without it, the working directory. */
final class Home {
    private Home() {}

    static Path directory() {
        return Path.of(System.getProperty("penstock.home", ""));
    }

    /** The cloud assembly that the launcher keeps up to date. */
    static Path assembly() {
        return directory().resolve("cdk.out").resolve("local");
    }
}
