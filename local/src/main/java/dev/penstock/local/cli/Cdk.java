package dev.penstock.local.cli;

import dev.penstock.lambdas.catalog.Storefront;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Hands a stage over to the pinned CDK command line, which package.json names; fetched by npm on first use. */
abstract class Cdk implements Callable<Integer> {
    @Option(names = "--stage", paramLabel = "STAGE", description = "local, dev or prod (default: ${DEFAULT-VALUE})")
    private String stage = "dev";

    @Option(names = "--account", paramLabel = "ID", description = "12 digits; needed for every stage but local")
    private @Nullable String account;

    @Option(names = "--region", paramLabel = "REGION", description = "needed for every stage but local")
    private @Nullable String region;

    private final List<String> verb;

    final String stage() {
        return stage;
    }

    final @Nullable String region() {
        return region;
    }

    Cdk(String... verb) {
        this.verb = List.of(verb);
    }

    /** What is looked at before the CDK is called; throws, with what to do, when it must not be. */
    void before() throws IOException {}

    @Override
    public final Integer call() throws IOException, InterruptedException {
        before();
        if (!Files.isDirectory(Home.directory().resolve("node_modules").resolve("aws-cdk"))) {
            int installed = run(List.of("npm", "ci", "--no-audit", "--no-fund"));
            if (installed != 0) {
                throw new IOException(
                        "npm ci failed with exit code " + installed + ": the CDK command line is not there");
            }
        }
        return run(command());
    }

    final List<String> command() {
        List<String> command = new ArrayList<>(List.of("npx", "--no-install", "cdk"));
        command.addAll(verb);
        context(command, "stage", stage);
        context(command, "account", account);
        context(command, "region", region);
        command.addAll(List.of("--output", "cdk.out/" + stage, "--no-lookups"));
        return command;
    }

    private static void context(List<String> command, String name, @Nullable String value) {
        if (value != null) {
            command.addAll(List.of("-c", name + "=" + value));
        }
    }

    private static int run(List<String> command) throws IOException, InterruptedException {
        try {
            return new ProcessBuilder(command)
                    .directory(Home.directory().toAbsolutePath().toFile())
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new IOException(
                    command.getFirst() + " can't be started: install Node 22 or newer, from https://nodejs.org", e);
        }
    }

    /** {@code synth}: writes the templates; needs no credentials. */
    @Command(
            name = "synth",
            description = "Synthesize a stage into cdk.out/STAGE; no credentials needed.",
            mixinStandardHelpOptions = true)
    static final class Synth extends Cdk {
        Synth() {
            super("synth", "--quiet");
        }
    }

    /** {@code deploy}: to a real account, with the credentials of the AWS CLI. */
    @Command(
            name = "deploy",
            description = "Deploy all stacks of a stage to an AWS account; asks before permissions change.",
            mixinStandardHelpOptions = true)
    static final class Deploy extends Cdk {
        Deploy() {
            super("deploy", "--all");
        }

        @Override
        void before() throws IOException {
            String home = region();
            if (home == null || stage().equals("local")) {
                return;
            }
            var preflight = new ReplicaPreflight(
                    Storefront.catalog(),
                    "penstock-" + stage() + "-",
                    home,
                    ReplicaPreflight.replicaRegions(Home.directory().resolve("cdk.json"), stage()));
            try (var client = DynamoDbClient.builder()
                    .region(Region.of(home))
                    .httpClientBuilder(UrlConnectionHttpClient.builder())
                    .build()) {
                List<String> problems = preflight.problems(client);
                if (!problems.isEmpty()) {
                    throw new IllegalStateException(String.join("; ", problems));
                }
            }
        }
    }

    /** {@code destroy}: what the stage keeps by policy stays. */
    @Command(
            name = "destroy",
            description = "Delete all stacks of a stage; tables with RETAIN stay. Asks first.",
            mixinStandardHelpOptions = true)
    static final class Destroy extends Cdk {
        Destroy() {
            super("destroy", "--all");
        }
    }
}
