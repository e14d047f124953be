package dev.penstock.lambdas.etl;

import dev.penstock.lambdas.export.LineBuilder;
import dev.penstock.lambdas.export.ObjectSink;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The lines that could not be handled, one JSON object each: file, line, key, byte, rule, and the text. The file is made
 * at the first one. Threadsafe.
 */
final class Rejects implements AutoCloseable {
    private static final int LONGEST_TEXT = 1 << 20;

    private final ObjectSink sink;
    private final String key;
    private final LineBuilder json = new LineBuilder();
    private @Nullable OutputStream out;

    Rejects(ObjectSink sink, String key) {
        this.sink = sink;
        this.key = key;
    }

    synchronized void add(
            String file, long line, @Nullable String item, int at, String rule, byte[] text, int from, int to)
            throws IOException {
        if (out == null) {
            out = sink.create(key);
        }
        json.clear().ascii("{\"file\":").json(file).ascii(",\"line\":").ascii(Long.toString(line));
        if (item != null) {
            json.ascii(",\"key\":").json(item);
        }
        int length = Math.min(to - from, LONGEST_TEXT);
        json.ascii(",\"byte\":")
                .ascii(Integer.toString(at))
                .ascii(",\"rule\":")
                .json(rule)
                .ascii(",\"text\":");
        json.json(new String(text, from, length, StandardCharsets.UTF_8))
                .ascii("}\n")
                .writeTo(out);
    }

    @Override
    public synchronized void close() throws IOException {
        if (out != null) {
            out.close();
        }
    }
}
