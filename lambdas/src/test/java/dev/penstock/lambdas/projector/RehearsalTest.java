package dev.penstock.lambdas.projector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.tables.Backoff;
import dev.penstock.lambdas.tables.InParallel;
import dev.penstock.lambdas.tables.TableNames;
import dev.penstock.lambdas.telemetry.Telemetry;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** After the rehearsal the first invocation loads hardly any class. */
class RehearsalTest {
    @ParameterizedTest
    @ValueSource(strings = {"plain", "windowed"})
    void firstInvocationFindsItsClassesLoaded(String mode) throws IOException, InterruptedException {
        HttpServer dynamoDb = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        dynamoDb.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.0");
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("{}".getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        dynamoDb.start();
        Process java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath(),
                        Primed.class.getName(),
                        mode,
                        Integer.toString(dynamoDb.getAddress().getPort()))
                .redirectErrorStream(true)
                .start();
        try {
            assertTrue(java.waitFor(120, TimeUnit.SECONDS), "the primed process did not end");
            String output = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, java.exitValue(), output);
            String line = output.lines().reduce((first, last) -> last).orElseThrow();
            System.out.println(mode + ": " + line);
            int loaded = Integer.parseInt(line.replaceAll(".*first invocation loaded (\\d+).*", "$1"));
            assertTrue(loaded <= 50, line);
        } finally {
            java.destroyForcibly();
            dynamoDb.stop(0);
        }
    }

    private static String classPath() {
        return RehearsalTest.class.getClassLoader() instanceof URLClassLoader loader
                ? Arrays.stream(loader.getURLs()).map(URL::getPath).collect(Collectors.joining(File.pathSeparator))
                : System.getProperty("java.class.path");
    }

    /** Runs in a process of its own. */
    static final class Primed {
        private Primed() {}

        public static void main(String[] arguments) {
            var classes = ManagementFactory.getClassLoadingMXBean();
            boolean windowed = arguments[0].equals("windowed");
            Table source = Storefront.catalog().table(windowed ? "UsageEvents" : "Orders");
            DynamoDbClient client = DynamoDbClient.builder()
                    .httpClientBuilder(UrlConnectionHttpClient.builder())
                    .endpointOverride(URI.create("http://127.0.0.1:" + arguments[1]))
                    .region(Region.EU_CENTRAL_1)
                    .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
                    .build();
            Projectors projectors = new Projectors(
                    Storefront.catalog(),
                    client,
                    new TableNames(""),
                    Backoff.jittered(),
                    InParallel.oneByOne(), // how threads are scheduled is not what is measured
                    new Telemetry("Projector", System.out, InstantSource.system()));
            long before = classes.getTotalLoadedClassCount();
            if (windowed) {
                Rehearsal.windowed(Storefront.catalog());
            } else {
                Rehearsal.plain(Storefront.catalog());
            }
            long primed = classes.getTotalLoadedClassCount();
            Rehearsal.invoke(projectors, Storefront.catalog(), source, windowed);
            long loaded = classes.getTotalLoadedClassCount() - primed;
            System.out.println("priming loaded " + (primed - before) + " classes, first invocation loaded " + loaded);
        }
    }
}
