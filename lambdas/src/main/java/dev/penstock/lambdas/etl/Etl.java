package dev.penstock.lambdas.etl;

import dev.penstock.lambdas.export.LineBuilder;
import dev.penstock.lambdas.export.MalformedException;
import dev.penstock.lambdas.export.ObjectSink;
import dev.penstock.lambdas.export.ObjectSource;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs a recipe over part files: each thread takes the next file, reads it window by window and writes chunks of the
 * result. Memory is a few hundred kilobytes per thread and output file, whatever the input's size.
 */
public final class Etl {
    /** Files that one thread reads in turns when it shuffles, so that several key ranges mix in each output. */
    private static final int INTERLEAVED = 8;

    private final ObjectSource source;
    private final ObjectSink sink;
    private final Options options;
    private final LongConsumer progress;

    /**
     * @param threads 1 to 256
     * @param prefix of the keys of all files written, such as {@code out/}
     * @param keyNames the table's key attributes, named in rejects; may be empty
     * @param dryRun counts only, writes nothing
     */
    public record Options(int threads, String prefix, List<String> keyNames, boolean dryRun) {
        public Options {
            keyNames = List.copyOf(keyNames);
            if (threads < 1 || threads > 256) {
                throw new IllegalArgumentException("threads must be 1 to 256; given: " + threads);
            }
        }
    }

    /**
     * @param groups empty unless the recipe groups
     * @param files key, lines and uncompressed bytes of each output file
     */
    public record Result(Counts counts, List<GroupBy.Row> groups, List<PartWriters.Written> files) {
        /** This and another pass over other keys. */
        Result plus(Result other) {
            List<PartWriters.Written> all = new ArrayList<>(files);
            all.addAll(other.files);
            return new Result(counts.plus(other.counts), groups, List.copyOf(all));
        }
    }

    /** Changes what passes, and may add items when all have passed. Shared by all threads. */
    interface Transform {
        /** Not counted as read: another pass handles it. */
        int OTHER_PASS = -1;

        Stage before(Stage next);

        /** Hands on what is left when all items have passed; returns how many rows that gave. */
        default long finish(Stage next) throws IOException {
            return 0;
        }
    }

    /** @param progress told how many compressed bytes were read, each time some were; called by all threads */
    public Etl(ObjectSource source, ObjectSink sink, Options options, LongConsumer progress) {
        this.source = source;
        this.sink = sink;
        this.options = options;
        this.progress = progress;
    }

    /** The same, with this after the prefix of all keys. */
    Etl withPrefix(String more) {
        return new Etl(
                source,
                sink,
                new Options(options.threads(), options.prefix() + more, options.keyNames(), options.dryRun()),
                progress);
    }

    /** @throws IOException when a file can't be read or written, or has not the lines its manifest says */
    public Result run(Recipe recipe, List<Part> parts) throws IOException {
        List<Step> steps = recipe.steps();
        return run(recipe, parts, next -> {
            Stage first = next;
            for (int i = steps.size() - 1; i >= 0; i--) {
                first = steps.get(i).before(first);
            }
            return first;
        });
    }

    Result run(Recipe recipe, List<Part> parts, Transform transform) throws IOException {
        boolean writes = recipe.by() == null && !options.dryRun();
        Queue<Part> queue = new ConcurrentLinkedQueue<>(parts);
        List<Task> tasks = new ArrayList<>();
        List<PartWriters.Written> written = List.of();
        long added;
        try (Rejects rejects = new Rejects(sink, options.prefix() + "rejects.jsonl");
                PartWriters writers = writes ? new PartWriters(sink, options.prefix(), recipe.output()) : null) {
            for (int i = 0; i < options.threads(); i++) {
                tasks.add(new Task(recipe, queue, transform, writers, rejects));
            }
            runAll(tasks);
            added = transform.finish(tasks.getFirst().last);
            for (Task task : tasks) {
                if (task.batch != null) {
                    task.batch.flush();
                }
            }
            if (writers != null) {
                written = writers.written();
            }
        }
        Counts counts = new Counts(0, 0, 0, 0, added, 0);
        GroupBy groups = null;
        for (Task task : tasks) {
            counts = counts.plus(task.counts());
            if (task.groups != null) {
                if (groups == null) {
                    groups = task.groups;
                } else {
                    groups.merge(task.groups);
                }
            }
        }
        return new Result(counts, groups == null ? List.of() : groups.rows(), written);
    }

    private static void runAll(List<Task> tasks) throws IOException {
        if (tasks.size() == 1) {
            tasks.getFirst().run();
            return;
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(tasks.size())) {
            List<Future<?>> running = new ArrayList<>();
            for (Task task : tasks) {
                running.add(threads.submit(() -> {
                    task.run();
                    return null;
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException unexpected) {
                throw unexpected;
            }
            throw e.getCause() instanceof IOException io ? new IOException(io.getMessage(), io) : new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** What one thread does and counts. */
    private final class Task {
        private final Recipe recipe;
        private final Queue<Part> queue;
        private final Rejects rejects;
        private final List<Name> keys;
        private final @Nullable GroupBy groups;
        private final PartWriters.@Nullable Batch batch;
        private final Stage last;
        private final Stage first;
        private long read;
        private long written;
        private long filtered;
        private long rejected;
        private long rows;
        private long bytes;

        Task(Recipe recipe, Queue<Part> queue, Transform transform, @Nullable PartWriters writers, Rejects rejects) {
            this.recipe = recipe;
            this.queue = queue;
            this.rejects = rejects;
            this.keys = options.keyNames().stream().map(Name::of).toList();
            this.groups = recipe.by() == null ? null : new GroupBy(recipe.by(), recipe.sums());
            this.batch = writers == null ? null : writers.batch();
            this.last = last();
            this.first = transform.before(last);
        }

        private Stage last() {
            if (groups != null) {
                return groups::add;
            }
            return batch == null ? item -> 1 : new ItemWriter(recipe.output(), batch);
        }

        void run() throws IOException {
            boolean interleaves = recipe.by() == null && recipe.output().shuffle();
            List<PartReader> open = new ArrayList<>();
            try {
                do {
                    while (open.size() < (interleaves ? INTERLEAVED : 1) && !queue.isEmpty()) {
                        Part part = queue.poll();
                        if (part != null) {
                            open.add(new PartReader(part, open(part)));
                        }
                    }
                    for (PartReader reader : List.copyOf(open)) {
                        if (!window(reader)) {
                            open.remove(reader);
                            reader.close();
                        }
                    }
                } while (!open.isEmpty() || !queue.isEmpty());
            } finally {
                for (PartReader reader : open) {
                    reader.close();
                }
            }
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

        private boolean window(PartReader reader) throws IOException {
            Part part = reader.part();
            boolean more;
            try {
                more = reader.window(new Lines(part));
            } catch (IOException e) {
                throw new IOException("%s, line %d: %s".formatted(part.key(), reader.line() + 1, e.getMessage()), e);
            }
            if (!more) {
                bytes += reader.bytes();
                if (part.lines() >= 0 && part.lines() != reader.line()) {
                    throw new IOException("%s has %d lines, but the manifest says %d items"
                            .formatted(part.key(), reader.line(), part.lines()));
                }
            }
            return more;
        }

        Counts counts() {
            return new Counts(read, written, filtered, rejected, rows, bytes);
        }

        /** The lines of one part on their way through the stages. */
        private final class Lines implements PartReader.Sink {
            private final Part part;

            Lines(Part part) {
                this.part = part;
            }

            @Override
            public void item(Attributes item, long line) throws IOException {
                int out = first.accept(item);
                if (out == Transform.OTHER_PASS) {
                    return;
                }
                read++;
                rows += out;
                if (out > 0) {
                    written++;
                } else {
                    filtered++;
                }
            }

            @Override
            public void reject(byte[] text, int from, int to, long line, @Nullable String key, MalformedException why)
                    throws IOException {
                read++;
                rejected++;
                if (!options.dryRun()) {
                    rejects.add(part.key(), line, key, why.at(), String.valueOf(why.getMessage()), text, from, to);
                }
            }

            @Override
            public List<Name> keys() {
                return keys;
            }
        }
    }

    /** The end of the chain: an item as a line. */
    private record ItemWriter(Output output, PartWriters.Batch batch) implements Stage {
        @Override
        public int accept(Attributes item) throws IOException {
            LineBuilder line = batch.line();
            int before = line.length();
            try {
                write(item, line);
            } catch (MalformedException e) {
                line.truncate(before);
                throw e;
            }
            batch.lineDone();
            return 1;
        }

        private void write(Attributes item, LineBuilder line) {
            switch (output.format()) {
                case DYNAMODB_JSON -> item.write(line);
                case ION -> item.writeIon(line);
                case CSV -> {
                    for (int i = 0; i < output.columns().size(); i++) {
                        if (i > 0) {
                            line.ascii(output.delimiter());
                        }
                        output.columns().get(i).write(item, output.delimiter(), line);
                    }
                }
            }
        }
    }
}
