package dev.penstock.local.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalLong;

/** Resident memory of this process and of the function JVMs it started, where the system tells (Linux). */
final class Resident {
    private Resident() {}

    static void print(PrintStream out) {
        OptionalLong own = megabytes(ProcessHandle.current());
        long[] functions = ProcessHandle.current()
                .descendants()
                .map(Resident::megabytes)
                .filter(OptionalLong::isPresent)
                .mapToLong(OptionalLong::getAsLong)
                .toArray();
        own.ifPresent(megabytes -> out.printf(
                "%nResident: %,d MB the runtime, %,d MB its %d function JVMs%n",
                megabytes, Arrays.stream(functions).sum(), functions.length));
    }

    /** Of this process, in megabytes. */
    static OptionalLong own() {
        return megabytes(ProcessHandle.current());
    }

    private static OptionalLong megabytes(ProcessHandle process) {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        try (var lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                    .findFirst();
        } catch (IOException notTold) {
            return OptionalLong.empty();
        }
    }
}
