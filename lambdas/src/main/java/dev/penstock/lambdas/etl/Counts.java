package dev.penstock.lambdas.etl;

/**
 * What became of the lines read: each is written, filtered or rejected, never lost.
 *
 * @param read lines
 * @param written lines from which at least one row came
 * @param filtered lines that no rule kept
 * @param rejected lines that broke their format
 * @param rows what was written; differs from {@code written} where lists are exploded
 * @param bytes uncompressed bytes read
 */
public record Counts(long read, long written, long filtered, long rejected, long rows, long bytes) {
    public Counts {
        if (read != written + filtered + rejected) {
            throw new IllegalStateException("lines are lost: read %d, but written %d + filtered %d + rejected %d"
                    .formatted(read, written, filtered, rejected));
        }
    }

    public Counts plus(Counts other) {
        return new Counts(
                read + other.read,
                written + other.written,
                filtered + other.filtered,
                rejected + other.rejected,
                rows + other.rows,
                bytes + other.bytes);
    }

    @Override
    public String toString() {
        return "read %d = written %d + filtered %d + rejected %d; rows %d"
                .formatted(read, written, filtered, rejected, rows);
    }
}
