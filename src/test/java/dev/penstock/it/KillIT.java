package dev.penstock.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.lambdas.catalog.Consumer;
import dev.penstock.lambdas.welcome.Claims;
import dev.penstock.local.cli.Main;
import dev.penstock.local.clients.Await;
import dev.penstock.local.clients.Clients;
import dev.penstock.local.clients.Control;
import dev.penstock.local.demo.Verification;
import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * {@code scripts/penstock up} on the synthesized stacks is killed while customers order and sign up and the functions are
 * at work, and started again on the same data: nothing acknowledged is lost, views and aggregates equal a recomputation,
 * nobody is mailed twice. How much is written before each kill follows from {@code -Dpenstock.seed=N};
 * {@code -Dpenstock.kills=N} kills that often.
 */
class KillIT {
    private static final int KILLS = Integer.getInteger("penstock.kills", 1);
    private static final long SEED = Long.getLong("penstock.seed", 1);
    private static final int WRITERS = 2;
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final String REGION = "us-east-1";

    @TempDir
    Path data;

    private final List<Shopper> shoppers = new ArrayList<>();

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void nothingIsLostNorAppliedTwice() throws Exception {
        Random random = new Random(SEED);
        for (int kill = 0; kill < KILLS; kill++) {
            killAfter(20 + random.nextInt(500), kill);
        }
        try (var runtime = LocalRuntime.start(
                        Options.inMemory().withDataDirectory(data).withAssembly(Stage.local()));
                var control = new Control(runtime.endpoint())) {
            check(runtime, control);
        }
    }

    private void killAfter(int writes, int kill) throws Exception {
        Process up = up();
        try (BufferedReader lines = up.inputReader()) {
            String ready = lines.readLine();
            assertTrue(ready != null, "the runtime ended before it was ready");
            var endpoint =
                    URI.create(new ObjectMapper().readTree(ready).path("aws").textValue());
            try (var clients = new Clients(endpoint, REGION);
                    var control = new Control(endpoint)) {
                var enough = new CountDownLatch(writes);
                List<Thread> threads = new ArrayList<>();
                for (int writer = 0; writer < WRITERS; writer++) {
                    var shopper = new Shopper(
                            SEED * 1_000 + kill * WRITERS + writer, control.now(), clients.of(DynamoDbClient.class));
                    shopper.beginWarm();
                    shoppers.add(shopper);
                }
                settle(control);
                for (Shopper shopper : shoppers.subList(kill * WRITERS, shoppers.size())) {
                    threads.add(Thread.ofPlatform().start(() -> shopper.write(enough::countDown)));
                }
                assertTrue(enough.await(LIMIT.toSeconds(), TimeUnit.SECONDS), "too few writes were acknowledged");
                assertTrue(up.isAlive(), "the runtime has ended before it was killed");
                up.destroyForcibly();
                for (Thread thread : threads) {
                    assertTrue(thread.join(LIMIT), "a writer goes on after the kill");
                }
            }
        } finally {
            up.destroyForcibly().waitFor();
        }
    }

    private Process up() throws IOException {
        Path home = Stage.local().toAbsolutePath().getParent().getParent();
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Dpenstock.home=" + home,
                        "-cp",
                        Stage.classPath(),
                        Main.class.getName(),
                        "up",
                        "--json",
                        "--data",
                        data.toString(),
                        "--port",
                        "0",
                        "--dax-port",
                        "0")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private void check(LocalRuntime runtime, Control control) {
        var dynamoDb = runtime.clients().of(DynamoDbClient.class);
        var last = new Shopper(SEED * 1_000 + 999, control.now(), dynamoDb);
        last.beginWarm();
        shoppers.add(last);
        settle(control);
        for (Shopper shopper : shoppers) {
            shopper.checkWrites(dynamoDb);
        }
        assertEquals(List.of(), new Verification(runtime.clients(), control).run(table -> {}));
        checkMails(dynamoDb, control);
    }

    /**
     * A kill between the claim of a mail and its sending leaves it in doubt, which {@code scripts/penstock mails} tells;
     * nothing in doubt is repeated by itself. A shard's mails are sent one after the other: one for each kill.
     */
    private void checkMails(DynamoDbClient dynamoDb, Control control) {
        Map<String, Integer> mails = new HashMap<>();
        control.mails().forEach(mail -> mail.to().forEach(to -> mails.merge(to, 1, Integer::sum)));
        assertEquals(Map.of(), Map.copyOf(twice(mails)), "mailed more than once");
        var claims = new Claims(dynamoDb, Consumer.claimsName("WelcomeEmail"), "WelcomeEmail", control::now);
        var inDoubt = claims.unconfirmed(Duration.ZERO).stream()
                .filter(claim -> claim.state() == Claims.State.CLAIMED)
                .map(Claims.Claim::claim)
                .collect(Collectors.toSet());
        int missing = 0;
        for (Shopper shopper : shoppers) {
            for (var customer : shopper.signedUp()) {
                String id = Objects.requireNonNull(customer.get("customerId")).s();
                String address = Objects.requireNonNull(customer.get("email")).s();
                if (!mails.containsKey(address)) {
                    assertTrue(inDoubt.contains(claims.key(id)), id + " has no mail, and it is not in doubt");
                    missing++;
                }
            }
        }
        assertTrue(missing <= KILLS, missing + " mails in doubt after " + KILLS + " kills");
        System.out.printf(
                "seed %d: %d kills, %d writes acknowledged, %d mails, %d in doubt%n",
                SEED, KILLS, shoppers.stream().mapToInt(Shopper::acknowledged).sum(), mails.size(), missing);
    }

    private static Map<String, Integer> twice(Map<String, Integer> mails) {
        Map<String, Integer> twice = new HashMap<>(mails);
        twice.values().removeIf(count -> count == 1);
        return twice;
    }

    private static void settle(Control control) {
        Await.until(
                LIMIT,
                "the consumers to catch up",
                () -> control.get("settled").path("settled").asBoolean());
    }
}
