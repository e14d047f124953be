package dev.penstock.lambdas.etl;

import dev.penstock.lambdas.export.MalformedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one thread does and counts: it takes part files until there are none, and leads their items through the stages.
 * Not threadsafe.
 */
final class EtlThread {
    /** Files that are read in turns when the output is shuffled, so that several key ranges mix in each output. */
    private static final int INTERLEAVED = 8;

    private final Recipe recipe;
    private final Parts parts;
    private final Etl.Options options;
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

    /** @param writers of the items; {@code null} when none are written */
    EtlThread(
            Recipe recipe,
            Parts parts,
            Etl.Options options,
            Etl.Transform transform,
            @Nullable PartWriters writers,
            Rejects rejects) {
        this.recipe = recipe;
        this.parts = parts;
        this.options = options;
        this.rejects = rejects;
        this.keys = options.keyNames().stream().map(Name::of).toList();
        this.groups = recipe.by() == null ? null : new GroupBy(recipe.by(), recipe.sums());
        this.batch = writers == null ? null : writers.batch();
        this.last = end();
        this.first = transform.before(last);
    }

    private Stage end() {
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
                while (open.size() < (interleaves ? INTERLEAVED : 1) && !parts.isEmpty()) {
                    parts.next().ifPresent(open::add);
                }
                for (PartReader reader : List.copyOf(open)) {
                    if (!window(reader)) {
                        open.remove(reader);
                        reader.close();
                    }
                }
            } while (!open.isEmpty() || !parts.isEmpty());
        } finally {
            for (PartReader reader : open) {
                reader.close();
            }
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

    /** The stage after all others. */
    Stage last() {
        return last;
    }

    /** Hands the last chunk to the output. */
    void flush() throws IOException {
        if (batch != null) {
            batch.flush();
        }
    }

    /** What was grouped, if the recipe groups. */
    Optional<GroupBy> groups() {
        return Optional.ofNullable(groups);
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
            if (out == Etl.Transform.OTHER_PASS) {
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
