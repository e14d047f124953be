package dev.penstock.local.sources;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One small file per mapping and shard, replaced as a whole, so that a kill leaves the old or the new one. Nothing is
 * forced to disk: a lost checkpoint only repeats records.
 */
public final class FileCheckpoints implements Checkpoints {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;

    public FileCheckpoints(Path folder) {
        this.folder = folder;
    }

    @Override
    public Optional<Checkpoint> load(String mappingUuid, String shardId) {
        try {
            JsonNode saved = JSON.readTree(Files.readAllBytes(file(mappingUuid, shardId)));
            return Optional.of(new Checkpoint(
                    new BigInteger(saved.get("sequenceNumber").textValue()),
                    saved.path("shardDone").asBoolean(),
                    window(saved.path("window"))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the checkpoint of " + mappingUuid + " in " + folder, e);
        }
    }

    @Override
    public void save(String mappingUuid, String shardId, Checkpoint checkpoint) {
        ObjectNode json = JSON.createObjectNode();
        json.put("sequenceNumber", checkpoint.sequenceNumber().toString());
        json.put("shardDone", checkpoint.isShardDone());
        TumblingWindow.Open window = checkpoint.window();
        if (window != null) {
            json.putObject("window")
                    .put("start", window.start().toString())
                    .put("oversized", window.isOversized())
                    .put("state", window.state());
        }
        Path file = file(mappingUuid, shardId);
        try {
            Files.createDirectories(file.getParent());
            Path draft = file.resolveSibling(shardId + ".draft");
            Files.write(draft, JSON.writeValueAsBytes(json));
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot save the checkpoint " + file, e);
        }
    }

    @Override
    public void delete(String mappingUuid) {
        Path mapping = folder.resolve(mappingUuid);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(mapping)) {
            for (Path file : files) {
                Files.delete(file);
            }
            Files.delete(mapping);
        } catch (NoSuchFileException e) {
            // Nothing was saved.
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete the checkpoints in " + mapping, e);
        }
    }

    private static TumblingWindow.@Nullable Open window(JsonNode window) throws IOException {
        return window.isObject()
                ? new TumblingWindow.Open(
                        Instant.parse(window.get("start").textValue()),
                        window.get("state").binaryValue(),
                        window.get("oversized").asBoolean())
                : null;
    }

    private Path file(String mappingUuid, String shardId) {
        return folder.resolve(mappingUuid).resolve(shardId + ".json");
    }
}
