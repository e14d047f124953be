package dev.penstock.local.dax;

import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProviderChain;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** {@code dax}: a DAX server in front of any DynamoDB endpoint, kept until Ctrl-C. */
@Command(
        name = "dax",
        description = "Serve DAX in front of a DynamoDB endpoint; Ctrl-C stops it.",
        mixinStandardHelpOptions = true)
public final class DaxCommand implements Callable<Integer> {
    private static final DaxSettings DEFAULTS = DaxSettings.defaults();

    @Option(
            names = "--endpoint",
            required = true,
            paramLabel = "URL",
            description = "the DynamoDB to stand in front of")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private URI endpoint;

    @Option(names = "--region", description = "region of the endpoint (default: ${DEFAULT-VALUE})")
    private String region = "us-east-1";

    @Option(names = "--port", description = "plain port, 0 for a free one (default: ${DEFAULT-VALUE})")
    private int port = DEFAULTS.port();

    @Option(
            names = "--tls-port",
            paramLabel = "PORT",
            description = "TLS port, 0 for a free one, -1 for none (default: ${DEFAULT-VALUE})")
    private int tlsPort = DEFAULTS.tlsPort();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "folder that keeps the generated TLS certificate, and what clients remember beyond a restart"
                    + " (default: a temporary one)")
    private @Nullable Path data;

    @Option(names = "--nodes", paramLabel = "N", description = "nodes in the cluster (default: ${DEFAULT-VALUE})")
    private int nodes = DEFAULTS.nodes();

    @Option(
            names = "--record-ttl-millis",
            paramLabel = "MS",
            description = "lifetime in the item cache, 0 without end (default: ${DEFAULT-VALUE})")
    private long recordTtlMillis = DEFAULTS.recordTtl().toMillis();

    @Option(
            names = "--query-ttl-millis",
            paramLabel = "MS",
            description = "lifetime in the query cache, 0 caches nothing (default: ${DEFAULT-VALUE})")
    private long queryTtlMillis = DEFAULTS.queryTtl().toMillis();

    @Option(names = "--cache-mib", paramLabel = "N", description = "memory of both caches (default: ${DEFAULT-VALUE})")
    private long cacheMib = DEFAULTS.cacheBytes() >> 20;

    @Option(
            names = "--verify-signatures",
            description = "let in only who signs with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of this environment")
    private boolean verifySignatures;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        DaxSettings settings = settings();
        CountDownLatch stop = new CountDownLatch(1);
        try (DynamoDbClient store = store();
                DaxServer server = DaxServer.start(store, settings, InstantSource.system())) {
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(stop::countDown));
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(server::close));
            PrintWriter out = spec.commandLine().getOut();
            out.println("dax          " + server.url());
            server.certificate().ifPresent(pem -> {
                out.println("dax, TLS     " + server.tlsUrl());
                out.println("certificate  " + pem + " (clients must trust it)");
            });
            out.println("store        " + endpoint + "; Ctrl-C stops");
            out.flush();
            stop.await();
        }
        return 0;
    }

    private DaxSettings settings() {
        try {
            return DEFAULTS.withPorts(port, tlsPort)
                    .withNodes(nodes)
                    .withTtls(Duration.ofMillis(recordTtlMillis), Duration.ofMillis(queryTtlMillis))
                    .withCacheBytes(Math.multiplyExact(cacheMib, 1 << 20))
                    .withDirectory(data)
                    .withCredentials(verifySignatures ? environmentCredentials() : null);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private static DaxCredentials environmentCredentials() {
        String id = System.getenv("AWS_ACCESS_KEY_ID");
        String secret = System.getenv("AWS_SECRET_ACCESS_KEY");
        if (id == null || secret == null) {
            throw new IllegalArgumentException(
                    "--verify-signatures needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment");
        }
        return new DaxCredentials(id, secret);
    }

    /** With the user's own credentials where there are any: DynamoDB Local keeps the data of each access key apart. */
    private DynamoDbClient store() {
        return DynamoDbClient.builder()
                .endpointOverride(endpoint)
                .region(Region.of(region))
                .credentialsProvider(AwsCredentialsProviderChain.of(
                        EnvironmentVariableCredentialsProvider.create(),
                        ProfileCredentialsProvider.create(),
                        StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"))))
                .build();
    }
}
