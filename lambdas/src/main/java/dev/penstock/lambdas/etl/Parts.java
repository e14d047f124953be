package dev.penstock.lambdas.etl;

import dev.penstock.lambdas.export.ObjectSource;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongConsumer;

/** The part files still to be read; each is given to one thread. Threadsafe. */
final class Parts {
    private final Queue<Part> queue;
    private final ObjectSource source;
    private final LongConsumer progress;

    /** @param progress told how many compressed bytes were read, each time some were */
    Parts(List<Part> parts, ObjectSource source, LongConsumer progress) {
        this.queue = new ConcurrentLinkedQueue<>(parts);
        this.source = source;
        this.progress = progress;
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Opens the next file; empty when another thread took the last one. */
    Optional<PartReader> next() throws IOException {
        Part part = queue.poll();
        return part == null ? Optional.empty() : Optional.of(new PartReader(part, open(part)));
    }

    private InputStream open(Part part) throws IOException {
        InputStream counted = new FilterInputStream(source.open(part.key())) {
            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                int n = in.read(into, from, length);
                progress.accept(Math.max(n, 0));
                return n;
            }
        };
        try {
            return part.codec().decompress(counted);
        } catch (IOException e) {
            counted.close();
            throw new IOException(part.key() + ": " + e.getMessage(), e);
        }
    }
}
