package dev.penstock.lambdas.etl;

import dev.penstock.lambdas.export.Codec;
import java.util.List;

/**
 * How the result is written.
 *
 * @param format CSV needs columns, the others take the items as they are
 * @param level of the compression: 1 is fast, and for ZSTD already smaller than gzip's 6
 * @param parts number of files, about equal in size, 1 to 10,000
 * @param shuffle spreads neighbours over all parts: items of an export are ordered by key hash, and an import that reads
 *     them in that order heats one partition after the other
 */
public record Output(
        Format format, Codec codec, int level, int parts, boolean shuffle, char delimiter, List<Column> columns) {
    /** Formats of lines. */
    public enum Format {
        DYNAMODB_JSON(".json"),
        ION(".ion"),
        CSV(".csv");

        private final String extension;

        Format(String extension) {
            this.extension = extension;
        }

        String extension() {
            return extension;
        }
    }

    public Output {
        columns = List.copyOf(columns);
        if (parts < 1 || parts > 10_000) {
            throw new IllegalArgumentException("output.parts must be 1 to 10000; given: " + parts);
        }
        if ((format == Format.CSV) == columns.isEmpty()) {
            throw new IllegalArgumentException(
                    "output.columns are given for CSV and for nothing else; format given: " + format);
        }
        if (",;:|\t ".indexOf(delimiter) < 0) {
            throw new IllegalArgumentException(
                    "output.delimiter must be one of , ; : | tab space; given: '" + delimiter + "'");
        }
    }

    /** ZSTD level 1 where its library is present, else GZIP level 1. */
    public static Output importable(int parts) {
        return new Output(
                Format.DYNAMODB_JSON, Codec.hasZstd() ? Codec.ZSTD : Codec.GZIP, 1, parts, true, ',', List.of());
    }
}
