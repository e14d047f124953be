package dev.penstock.local.sources;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
    @TempDir
    Path folder;

    @Test
    void aFileCheckpointIsReadBackByTheNextProcess() {
        BigInteger number = new BigInteger("202328600001712385967261751");
        new FileCheckpoints(folder).save("uuid", "shard-0", new Checkpoint(number, false, null));
        new FileCheckpoints(folder).save("uuid", "shard-1", new Checkpoint(number, true, null));
        Checkpoints again = new FileCheckpoints(folder);
        assertEquals(Optional.of(new Checkpoint(number, false, null)), again.load("uuid", "shard-0"));
        assertEquals(Optional.of(new Checkpoint(number, true, null)), again.load("uuid", "shard-1"));
        assertEquals(Optional.empty(), again.load("uuid", "shard-2"));
        assertEquals(Optional.empty(), again.load("other", "shard-0"));
    }

    @Test
    void anOpenWindowIsKeptWithItsState() {
        byte[] state = "{\"count\":\"1\"}".getBytes(StandardCharsets.UTF_8);
        var window = new TumblingWindow.Open(MemoryStream.second(0), state, true);
        new FileCheckpoints(folder).save("uuid", "shard-0", new Checkpoint(BigInteger.ONE, false, window));
        var read = new FileCheckpoints(folder)
                .load("uuid", "shard-0")
                .orElseThrow()
                .window();
        assertEquals(window.start(), read.start());
        assertEquals(window.isOversized(), read.isOversized());
        assertArrayEquals(state, read.state());
    }

    @Test
    void deletingAMappingForgetsItsCheckpointsOnly() {
        for (Checkpoints checkpoints : List.of(new FileCheckpoints(folder), Checkpoints.inMemory())) {
            checkpoints.save("one", "shard-0", Checkpoint.START);
            checkpoints.save("two", "shard-0", Checkpoint.START);
            checkpoints.delete("one");
            checkpoints.delete("one");
            assertEquals(Optional.empty(), checkpoints.load("one", "shard-0"));
            assertEquals(Optional.of(Checkpoint.START), checkpoints.load("two", "shard-0"));
        }
    }

    @Test
    void aMappingGoesOnWhereItStoppedAcrossARestart() {
        Harness harness = new Harness(new FileCheckpoints(folder), settings -> settings.batchSize(1));
        harness.stream.insert("a");
        harness.stream.insert("b");
        harness.step();
        harness.restart(settings -> {});
        harness.run();
        assertEquals(List.of(List.of("a"), List.of("b")), harness.batches());
    }

    @Test
    void aBatchWithoutCheckpointIsRepeatedAfterARestart() {
        Harness harness = new Harness(new FileCheckpoints(folder), settings -> settings.batchSize(1));
        harness.stream.insert("a");
        harness.fail(1);
        harness.step();
        harness.restart(settings -> {});
        harness.run();
        assertEquals(List.of(List.of("a"), List.of("a")), harness.batches());
    }
}
