package dev.penstock.local.redelivery;

import dev.penstock.local.clients.Await;
import dev.penstock.local.clients.Clients;
import dev.penstock.local.clients.Control;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** Options that say which stage is meant: a local runtime, or one on AWS with the credentials of the environment. */
public final class SiteOptions implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Between two looks at a difference on AWS. */
    private static final Duration LOOKS_APART = Duration.ofSeconds(15);

    private static final URI LOCAL = URI.create("http://localhost:4566");

    @Option(
            names = "--endpoint",
            paramLabel = "URL",
            description = "of a local runtime (default: http://localhost:4566)")
    private @Nullable URI given;

    @Option(
            names = "--stage",
            paramLabel = "STAGE",
            description = "a stage on AWS, with the credentials of the environment; default: the local runtime")
    private @Nullable String stage;

    @Option(names = "--region", paramLabel = "REGION", description = "region (default: ${DEFAULT-VALUE})")
    private String region = "us-east-1";

    private final List<Runnable> opened = new ArrayList<>();

    /**
     * Opens the clients; fails in one line when no runtime is there.
     *
     * @throws IllegalArgumentException when both a runtime and a stage are named
     */
    public Site open() {
        if (stage != null && given != null) {
            throw new IllegalArgumentException(
                    "--stage " + stage + " is on AWS, --endpoint " + given + " is a local runtime: give one of them");
        }
        return stage == null ? local() : onAws(stage);
    }

    /** Whether a stage on AWS is meant. */
    public boolean isOnAws() {
        return stage != null;
    }

    /** The region that is meant. */
    public String region() {
        return region;
    }

    private URI endpoint() {
        return given == null ? LOCAL : given;
    }

    /** The tables of another region. */
    public DynamoDbClient dynamoDb(String otherRegion) {
        if (stage == null) {
            var clients = new Clients(endpoint(), otherRegion);
            opened.add(clients::close);
            return clients.of(DynamoDbClient.class);
        }
        return add(DynamoDbClient.builder()
                .region(Region.of(otherRegion))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build());
    }

    /** The functions of another region. */
    public LambdaClient lambda(String otherRegion) {
        if (stage == null) {
            var clients = new Clients(endpoint(), otherRegion);
            opened.add(clients::close);
            return clients.of(LambdaClient.class);
        }
        return add(LambdaClient.builder()
                .region(Region.of(otherRegion))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build());
    }

    /** Alarms of the stage. */
    public CloudWatchClient cloudWatch() {
        if (stage == null) {
            var clients = new Clients(endpoint(), region);
            opened.add(clients::close);
            return clients.of(CloudWatchClient.class);
        }
        return add(CloudWatchClient.builder()
                .region(Region.of(region))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build());
    }

    /** The control endpoints of the local runtime; empty for a stage on AWS. */
    public Optional<Control> control() {
        if (stage != null) {
            return Optional.empty();
        }
        var control = new Control(endpoint());
        opened.add(control::close);
        return Optional.of(control);
    }

    private Site local() {
        var clients = new Clients(endpoint(), region);
        opened.add(clients::close);
        var control = new Control(endpoint());
        opened.add(control::close);
        control.now();
        return new Site(
                clients.of(DynamoDbClient.class),
                clients.of(S3Client.class),
                clients.of(LambdaClient.class),
                "",
                "penstock-failures",
                "penstock-archive",
                "penstock-exports",
                control::now,
                () -> isSettled(control));
    }

    private Site onAws(String name) {
        var http = UrlConnectionHttpClient.builder();
        var in = Region.of(region);
        String account;
        try (var sts = StsClient.builder().region(in).httpClientBuilder(http).build()) {
            account = sts.getCallerIdentity().account();
        }
        String prefix = "penstock-" + name + "-";
        return new Site(
                add(DynamoDbClient.builder().region(in).httpClientBuilder(http).build()),
                add(S3Client.builder().region(in).httpClientBuilder(http).build()),
                add(LambdaClient.builder().region(in).httpClientBuilder(http).build()),
                prefix,
                bucket(prefix, "failures", account),
                bucket(prefix, "archive", account),
                bucket(prefix, "exports", account),
                InstantSource.system(),
                SiteOptions::pause);
    }

    /** Nothing tells whether a stream on AWS has passed; another look a little later may. */
    private static boolean pause() {
        try {
            new CountDownLatch(1).await(LOOKS_APART.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the streams flow", e);
        }
        return false;
    }

    private static boolean isSettled(Control control) {
        try {
            Await.until(
                    PATIENCE,
                    "the consumers to catch up",
                    () -> control.get("settled").path("settled").asBoolean());
            return true;
        } catch (IllegalStateException late) {
            return false;
        }
    }

    private String bucket(String prefix, String plain, String account) {
        return prefix + plain + "-" + account + "-" + region;
    }

    private <C extends SdkAutoCloseable> C add(C client) {
        opened.add(client::close);
        return client;
    }

    @Override
    public void close() {
        opened.reversed().forEach(Runnable::run);
    }
}
