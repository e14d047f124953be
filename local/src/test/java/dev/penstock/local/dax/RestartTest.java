package dev.penstock.local.dax;

import static dev.penstock.local.dax.Samples.n;
import static dev.penstock.local.dax.Samples.s;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A client that outlives the server goes on: what it remembers of attribute names holds. */
@Timeout(120)
class RestartTest {
    private static final long CAPACITY = 100_000;

    @TempDir
    private Path folder;

    @Test
    void theOfficialClientWritesAndReadsOnAfterARestart() {
        Map<String, AttributeValue> item = Map.of("id", s("restarted"), "data", s("x"), "visits", n(1));
        try (EmbeddedDynamo dynamo = new EmbeddedDynamo()) {
            DaxServer first = start(dynamo, 0);
            int port = first.port();
            try (DynamoDbClient dax = DaxClients.sync(first.url())) {
                dax.putItem(r -> r.tableName("Sessions").item(item));
                first.close();
                try (DaxServer second = start(dynamo, port)) {
                    dax.putItem(r -> r.tableName("Sessions").item(item));
                    assertEquals(
                            item,
                            dax.getItem(r -> r.tableName("Sessions").key(Map.of("id", s("restarted"))))
                                    .item());
                    assertEquals(1, second.metrics().get("ItemCacheHits"));
                }
            } finally {
                first.close();
            }
        }
    }

    private DaxServer start(EmbeddedDynamo dynamo, int port) {
        DaxSettings settings =
                DaxSettings.defaults().withPorts(port, DaxSettings.NO_TLS).withDirectory(folder);
        return DaxServer.start(dynamo.client(), settings, InstantSource.system());
    }

    @Test
    void aListThatAKillCutInHalfIsTheOnlyOneLost() throws Exception {
        Path file = folder.resolve("lists");
        long kept;
        try (AttributeLists lists = new AttributeLists(CAPACITY, file)) {
            kept = lists.define(List.of("a", "b")).id();
            lists.define(List.of("c"));
        }
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
        try (AttributeLists lists = new AttributeLists(CAPACITY, file)) {
            assertEquals(List.of("a", "b"), lists.find(kept).orElseThrow().names());
            assertEquals(1, lists.count());
            lists.define(List.of("d"));
        }
        try (AttributeLists lists = new AttributeLists(CAPACITY, file)) {
            assertEquals(2, lists.count(), "what came after the cut is whole");
        }
    }

    @Test
    void theFileStaysWithinItsBytes() throws Exception {
        Path file = folder.resolve("lists");
        try (AttributeLists lists = new AttributeLists(CAPACITY, file)) {
            IntStream.range(0, 20_000).forEach(i -> lists.define(List.of("name-of-a-passing-attribute-" + i)));
        }
        assertTrue(Files.size(file) < 2 * CAPACITY, "bytes: " + Files.size(file));
        Files.write(file, new byte[] {(byte) 0xff}, StandardOpenOption.APPEND);
        try (AttributeLists lists = new AttributeLists(CAPACITY, file)) {
            long newest =
                    lists.define(List.of("name-of-a-passing-attribute-19999")).id();
            assertTrue(lists.find(newest).isPresent());
        }
    }
}
