package dev.penstock.local.cli;

import dev.penstock.local.demo.RegionMeasurements;
import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench regions}: replication lag at a given rate and at saturation, and what regions cost in memory. */
@Command(
        name = "regions",
        description = {
            "Measure replication between two regions, and the memory of three regions against that of one.",
            "Each measurement runs on a runtime of its own, in memory."
        },
        mixinStandardHelpOptions = true)
final class RegionsBench implements Callable<Integer> {
    private static final List<String> REGIONS = List.of("us-east-1", "us-west-2", "eu-west-1");

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "writes a second in each region (default: ${DEFAULT-VALUE})")
    private int rate = 200;

    @Option(names = "--seconds", paramLabel = "N", description = "of each measurement (default: ${DEFAULT-VALUE})")
    private int seconds = 20;

    @Option(names = "--items", paramLabel = "N", description = "of 1 KB, to compare memory (default: ${DEFAULT-VALUE})")
    private int items = 10_000;

    @Option(
            names = "--fill",
            paramLabel = "REGIONS",
            hidden = true,
            description = "fill so many regions, tell the memory")
    private int fill;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (fill > 0) {
            return fill();
        }
        var out = System.out;
        try (var runtime = LocalRuntime.start(Options.inMemory());
                var two = new RegionMeasurements(runtime.endpoint(), REGIONS.subList(0, 2), out)) {
            two.lag(rate, Duration.ofSeconds(seconds)); // warms up
            two.lag(rate, Duration.ofSeconds(seconds));
            two.lag(0, Duration.ofSeconds(seconds));
        }
        long one = child(1);
        long three = child(3);
        System.out.printf(
                "  resident memory     %,d MB with one region, %,d MB with three, each of %,d items of 1 KB: %.2fx%n",
                one, three, items, (double) three / one);
        return 0;
    }

    private int fill() {
        var err = System.err;
        try (var runtime = LocalRuntime.start(Options.inMemory());
                var some = new RegionMeasurements(runtime.endpoint(), REGIONS.subList(0, fill), err)) {
            some.fill(items);
            System.gc();
            System.out.println(Resident.own().orElse(0));
        }
        return 0;
    }

    /** A process of its own: what one measurement leaves behind would count in the next. */
    private long child(int regions) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:+UseSerialGC",
                "-Xmx1g",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of("bench", "regions", "--items", "" + items, "--fill", "" + regions));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new IOException(
                    "filling " + regions + " regions failed; why is told above: exit code " + process.exitValue());
        }
        return Long.parseLong(told.lines().reduce("", (before, line) -> line));
    }
}
