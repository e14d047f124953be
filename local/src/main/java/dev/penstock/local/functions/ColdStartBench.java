package dev.penstock.local.functions;

import dev.penstock.lambdas.catalog.Environment;
import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.diversion.RecordJson;
import dev.penstock.lambdas.priming.SampleRecord;
import dev.penstock.lambdas.projector.ProjectorHandler;
import dev.penstock.local.functions.ColdStart.Measure;
import dev.penstock.local.functions.ColdStart.Start;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench coldstart}: what a first invocation costs in the official runtime interface client. */
@Command(
        name = "coldstart",
        description = {
            "CPU time and classes up to the first response of the projector and of a naive handler, and of the first"
                    + " invocation after priming, in the official runtime interface client; rounds are interleaved.",
            "Exit code 1 if a bar of docs/BENCHMARKS.md is missed."
        },
        mixinStandardHelpOptions = true)
public final class ColdStartBench implements Callable<Integer> {
    /** Jars that a naive function has: the DynamoDB client with all that it brings along, and the official events. */
    private static final Pattern NAIVE = Pattern.compile("(annotations|apache5?-client|auth|aws-core|aws-json-protocol|"
            + "checksums.*|crt-core|dynamodb|endpoints-spi|http-auth.*|http-client-spi|httpc.*|identity-spi|json-utils|"
            + "metrics-spi|netty-.*|profiles|protocol-core|regions|retries.*|sdk-core|third-party-jackson-core|utils.*|"
            + "reactive-streams|slf4j-api|eventstream|commons-codec|commons-logging|aws-lambda-java-(core|events)|"
            + "joda-time)-[0-9].*\\.jar");

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "interleaved; medians count (default: ${DEFAULT-VALUE})")
    private int rounds = 7;

    @Option(names = "--zip", paramLabel = "FILE", description = "the function (default: that of the last build)")
    private Path zip = Path.of(System.getProperty("penstock.home", "")).resolve("lambdas/target/penstock-function.zip");

    private final List<String> missed = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        Path folder = Files.createTempDirectory("penstock-coldstart");
        try (var coldStart = new ColdStart(folder)) {
            var starts = new LinkedHashMap<String, Start>();
            Path naive = naive(folder.resolve("naive"));
            starts.put("naive, untuned JVM", naive(naive, List.of()));
            starts.put("naive, Lambda's flags", naive(naive, ColdStart.LAMBDA_FLAGS));
            starts.put("projector, Lambda's flags", projector(zip, false));
            starts.put("projector, primed", projector(zip, true));
            var measures = new LinkedHashMap<String, List<Measure>>();
            for (int round = 0; round <= rounds; round++) {
                for (var start : starts.entrySet()) {
                    Measure measure = coldStart.run(start.getValue(), event());
                    if (round > 0) { // the first one brings files into memory
                        measures.computeIfAbsent(start.getKey(), name -> new ArrayList<>())
                                .add(measure);
                    }
                }
            }
            System.out.printf(
                    "%-28s %16s %16s %10s %18s%n", "", "CPU ms to reply", "of invocation", "classes", "of invocation");
            var classes = new LinkedHashMap<String, Measure>();
            starts.forEach((name, start) -> classes.put(name, coldStart.countClasses(start, event())));
            measures.forEach((name, all) -> System.out.printf(
                    "%-28s %16d %16d %,10d %,18d%n",
                    name,
                    median(all, Measure::cpuToResponse),
                    median(all, Measure::cpuOfInvocation),
                    count(classes, name).classes(),
                    count(classes, name).classesOfInvocation()));
            System.out.printf("function zip: %.1f MB%n", Files.size(zip) / 1e6);
            bars(measures, classes);
        }
        missed.forEach(bar -> System.out.println("MISSED: " + bar));
        return missed.isEmpty() ? 0 : 1;
    }

    private void bars(Map<String, List<Measure>> measures, Map<String, Measure> classes) {
        double cold = of(measures, "projector, Lambda's flags", Measure::cpuToResponse);
        bar(
                "CPU to first response against naive under Lambda's flags",
                cold / of(measures, "naive, Lambda's flags", Measure::cpuToResponse),
                0.7);
        bar(
                "CPU to first response against naive on an untuned JVM",
                cold / of(measures, "naive, untuned JVM", Measure::cpuToResponse),
                0.5);
        bar(
                "CPU of the first invocation, primed against unprimed",
                of(measures, "projector, primed", Measure::cpuOfInvocation)
                        / of(measures, "projector, Lambda's flags", Measure::cpuOfInvocation),
                0.25);
        bar(
                "classes loaded in the first invocation after priming",
                (double) count(classes, "projector, primed").classesOfInvocation(),
                50);
    }

    private void bar(String what, double value, double most) {
        String text = "%s: %.2f, at most %.2f".formatted(what, value, most);
        System.out.println(text);
        if (value > most) {
            missed.add(text);
        }
    }

    /** The projector of Orders from its zip. */
    public static Start projector(Path zip, boolean primed) {
        return new Start(
                zip,
                ProjectorHandler.class.getName() + "::handleRequest",
                ColdStart.LAMBDA_FLAGS,
                primed,
                Map.of(Environment.CONSUMER, "OrdersProjector", Environment.FAILURE_BUCKET, "penstock-failures"));
    }

    private static Start naive(Path folder, List<String> flags) {
        return new Start(folder, NaiveHandler.class.getName() + "::handleRequest", flags, false, Map.of());
    }

    /** An event with one order. */
    public static byte[] event() {
        var catalog = Storefront.catalog();
        var record = SampleRecord.of(catalog, catalog.table("Orders"), "Orders");
        // The official events read a time of 0 as none.
        record.getDynamodb().setApproximateCreationDateTime(Date.from(Instant.parse("2026-11-22T10:00:00Z")));
        return ("{\"Records\":[" + RecordJson.write(record) + "]}").getBytes(StandardCharsets.UTF_8);
    }

    /** A folder as a naive function's zip unpacks to. */
    private static Path naive(Path folder) throws IOException {
        Path lib = Files.createDirectories(folder.resolve("lib"));
        for (String entry : System.getProperty("java.class.path", "").split(File.pathSeparator, -1)) {
            Path jar = Path.of(entry);
            String name = String.valueOf(jar.getFileName());
            if (NAIVE.matcher(name).matches()) {
                Files.copy(jar, lib.resolve(name));
            }
        }
        String classFile = NaiveHandler.class.getName().replace('.', '/') + ".class";
        Path target = folder.resolve(classFile);
        Files.createDirectories(Objects.requireNonNull(target.getParent()));
        try (InputStream in = Objects.requireNonNull(NaiveHandler.class.getResourceAsStream("/" + classFile))) {
            Files.copy(in, target);
        }
        return folder;
    }

    private static double of(Map<String, List<Measure>> measures, String name, ToLongFunction<Measure> value) {
        return median(measures.getOrDefault(name, List.of()), value);
    }

    private static Measure count(Map<String, Measure> classes, String name) {
        return Objects.requireNonNull(classes.get(name), name);
    }

    private static long median(List<Measure> measures, ToLongFunction<Measure> value) {
        long[] sorted = measures.stream().mapToLong(value).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
