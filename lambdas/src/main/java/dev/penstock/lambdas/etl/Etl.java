package dev.penstock.lambdas.etl;

import dev.penstock.lambdas.export.ObjectSink;
import dev.penstock.lambdas.export.ObjectSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;

/**
 * Runs a recipe over part files: each thread takes the next file, reads it window by window and writes chunks of the
 * result. Memory is a few hundred kilobytes per thread and output file, whatever the input's size.
 */
public final class Etl {

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
        Parts queue = new Parts(parts, source, progress);
        List<EtlThread> tasks = new ArrayList<>();
        List<PartWriters.Written> written = List.of();
        long added;
        try (Rejects rejects = new Rejects(sink, options.prefix() + "rejects.jsonl");
                PartWriters writers = writes ? new PartWriters(sink, options.prefix(), recipe.output()) : null) {
            for (int i = 0; i < options.threads(); i++) {
                tasks.add(new EtlThread(recipe, queue, options, transform, writers, rejects));
            }
            runAll(tasks);
            added = transform.finish(tasks.getFirst().last());
            for (EtlThread task : tasks) {
                task.flush();
            }
            if (writers != null) {
                written = writers.written();
            }
        }
        Counts counts = new Counts(0, 0, 0, 0, added, 0);
        for (EtlThread task : tasks) {
            counts = counts.plus(task.counts());
        }
        return new Result(counts, groups(tasks), written);
    }

    private static List<GroupBy.Row> groups(List<EtlThread> tasks) {
        List<GroupBy> all =
                tasks.stream().flatMap(task -> task.groups().stream()).toList();
        if (all.isEmpty()) {
            return List.of();
        }
        GroupBy together = all.getFirst();
        all.stream().skip(1).forEach(together::merge);
        return together.rows();
    }

    private static void runAll(List<EtlThread> tasks) throws IOException {
        if (tasks.size() == 1) {
            tasks.getFirst().run();
            return;
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(tasks.size())) {
            List<Future<?>> running = new ArrayList<>();
            for (EtlThread task : tasks) {
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
}
