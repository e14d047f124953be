package dev.penstock.local.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The log of one bucket: a JSON line per change. A last line that a crash cut off is dropped. Once most lines are of what is
 * gone, its owner has it written anew. Not threadsafe.
 */
final class BucketLog {
    private static final ObjectMapper JSON =
            new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    private static final String FILE = "bucket.log";

    private static final String NEW = "bucket.log.new";
    /** A shorter log is read in no time. */
    private static final int LEAST_LINES = 10_000;

    private final Path directory;
    private OutputStream out;
    private long lines;

    /** One change. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "change")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Created.class, name = "created"),
        @JsonSubTypes.Type(value = Configuration.class, name = "configuration"),
        @JsonSubTypes.Type(value = Put.class, name = "put"),
        @JsonSubTypes.Type(value = Update.class, name = "update"),
        @JsonSubTypes.Type(value = Remove.class, name = "remove")
    })
    @JsonInclude(JsonInclude.Include.NON_NULL)
    sealed interface Line {}

    /** @param created epoch milliseconds */
    record Created(String name, String region, long created) implements Line {}

    record Configuration(String kind, @Nullable String document) implements Line {}

    record Put(StoredObject object) implements Line {}

    record Update(StoredObject object) implements Line {}

    record Remove(String key, String versionId) implements Line {}

    /** @param lines that it holds already */
    BucketLog(Path directory, long lines) throws IOException {
        this.directory = directory;
        this.lines = lines;
        this.out = open();
    }

    private OutputStream open() throws IOException {
        return Files.newOutputStream(directory.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    void append(Line line) throws IOException {
        out.write(bytes(line));
        lines++;
    }

    private static byte[] bytes(Line line) throws IOException {
        return (JSON.writerFor(Line.class).writeValueAsString(line) + "\n").getBytes(UTF_8);
    }

    /** Whether three of four lines, or more, are of what is gone. */
    boolean isMostlyGone(long live) {
        return lines >= LEAST_LINES && lines / 4 >= live;
    }

    /** Puts these lines in the place of all others; a crash leaves the one log or the other. */
    void replace(List<Line> live) throws IOException {
        Path next = directory.resolve(NEW);
        try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(next))) {
            for (Line line : live) {
                file.write(bytes(line));
            }
        }
        out.close();
        Files.move(next, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        out = open();
        lines = live.size();
    }

    static List<Line> read(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            return List.of();
        }
        byte[] bytes = Files.readAllBytes(file);
        List<Line> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                lines.add(parse(file, new String(bytes, start, i - start, UTF_8)));
                start = i + 1;
            }
        }
        if (start < bytes.length) {
            try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(start);
            }
        }
        return lines;
    }

    private static Line parse(Path file, String line) throws IOException {
        try {
            return JSON.readValue(line, Line.class);
        } catch (JsonProcessingException broken) {
            throw new IOException(file + " holds a line that is no change: " + line, broken);
        }
    }

    void close() throws IOException {
        out.close();
    }
}
