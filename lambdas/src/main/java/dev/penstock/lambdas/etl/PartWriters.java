package dev.penstock.lambdas.etl;

import dev.penstock.lambdas.export.LineBuilder;
import dev.penstock.lambdas.export.ObjectSink;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** The output files of a run, shared by its tasks. Tasks collect lines in chunks and write whole chunks. Threadsafe. */
public final class PartWriters implements AutoCloseable {
    private static final int CHUNK = 64 << 10;

    private final Output output;
    private final List<File> files = new ArrayList<>();

    /** One output file. */
    private static final class File {
        private final ReentrantLock lock = new ReentrantLock();
        private final OutputStream out;
        private long lines;
        private long bytes;

        File(OutputStream out) {
            this.out = out;
        }

        void write(LineBuilder chunk, long count) throws IOException {
            lock.lock();
            try {
                chunk.writeTo(out);
                lines += count;
                bytes += chunk.length();
            } finally {
                lock.unlock();
            }
        }
    }

    /** A file as it was written. */
    public record Written(String key, long lines, long bytes) {}

    private final List<String> keys = new ArrayList<>();

    PartWriters(ObjectSink sink, String prefix, Output output) throws IOException {
        this.output = output;
        for (int i = 0; i < output.parts(); i++) {
            String key = "%spart-%05d%s%s"
                    .formatted(
                            prefix,
                            i,
                            output.format().extension(),
                            output.codec().extension());
            keys.add(key);
            files.add(new File(output.codec().compress(sink.create(key), output.level())));
        }
        if (output.format() == Output.Format.CSV) {
            LineBuilder header = new LineBuilder();
            for (Column column : output.columns()) {
                if (header.length() > 0) {
                    header.ascii(output.delimiter());
                }
                header.raw(column.name().getBytes(StandardCharsets.UTF_8));
            }
            header.ascii('\n');
            for (File file : files) {
                file.write(header, 0);
            }
        }
    }

    /** A task's own chunks. */
    Batch batch() {
        return new Batch();
    }

    /** Lines of one task on their way to the files. Not threadsafe. */
    final class Batch {
        private final LineBuilder[] chunks = new LineBuilder[output.shuffle() ? files.size() : 1];
        private final long[] counts = new long[chunks.length];
        private int next;

        private Batch() {
            for (int i = 0; i < chunks.length; i++) {
                chunks[i] = new LineBuilder();
            }
        }

        /** Where the next line goes; end it with {@link #lineDone}. */
        LineBuilder line() {
            return chunks[next];
        }

        void lineDone() throws IOException {
            chunks[next].ascii('\n');
            counts[next]++;
            if (chunks[next].length() >= CHUNK) {
                flush(next);
            }
            next = next + 1 == chunks.length ? 0 : next + 1;
        }

        void flush() throws IOException {
            for (int i = 0; i < chunks.length; i++) {
                flush(i);
            }
        }

        private void flush(int i) throws IOException {
            File file = output.shuffle() ? files.get(i) : emptiest();
            file.write(chunks[i], counts[i]);
            chunks[i].clear();
            counts[i] = 0;
        }

        /** Without shuffling a chunk goes where least is; a stale answer only makes the parts a little less equal. */
        private File emptiest() {
            File least = files.getFirst();
            for (File file : files) {
                if (file.bytes < least.bytes) {
                    least = file;
                }
            }
            return least;
        }
    }

    List<Written> written() {
        List<Written> written = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            written.add(new Written(keys.get(i), files.get(i).lines, files.get(i).bytes));
        }
        return written;
    }

    @Override
    public void close() throws IOException {
        IOException first = null;
        for (File file : files) {
            try {
                file.out.close();
            } catch (IOException e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
