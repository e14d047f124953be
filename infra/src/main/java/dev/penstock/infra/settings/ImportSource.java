package dev.penstock.infra.settings;

import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a table is filled with when it is made; see {@code ImportSourceSpecification} in the CloudFormation reference.
 *
 * @param table the table of the catalog whose keys the new one has
 * @param bucket holds the objects
 * @param prefix of the objects; a plain prefix, so {@code data} also takes {@code data2/}. Of an export it is its folder
 *     {@code data/}, not its root, whose manifests would count as errors
 * @param format {@code CSV}, {@code DYNAMODB_JSON} or {@code ION}
 * @param compression {@code GZIP}, {@code ZSTD} or {@code NONE}
 */
public record ImportSource(String table, String bucket, String prefix, Format format, Compression compression) {

    private static final TreeSet<String> KEYS = new TreeSet<>(
            Stream.of("table", "bucket", "prefix", "format", "compression").toList());

    /** {@code InputFormat}. */
    public enum Format {
        CSV,
        DYNAMODB_JSON,
        ION
    }

    /** {@code InputCompressionType}. */
    public enum Compression {
        GZIP,
        ZSTD,
        NONE
    }

    /** Reads {@code {"table":"Orders","bucket":"b","prefix":"p/","format":"DYNAMODB_JSON","compression":"GZIP"}}. */
    static ImportSource of(Map<?, ?> given) {
        if (!given.keySet().equals(KEYS)) {
            throw new IllegalArgumentException(
                    "import has %s: needed are %s".formatted(new TreeSet<>(given.keySet()), KEYS));
        }
        try {
            return new ImportSource(
                    String.valueOf(given.get("table")),
                    String.valueOf(given.get("bucket")),
                    String.valueOf(given.get("prefix")),
                    Format.valueOf(String.valueOf(given.get("format"))),
                    Compression.valueOf(String.valueOf(given.get("compression"))));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "import is %s: allowed formats are CSV, DYNAMODB_JSON, ION, compressions GZIP, ZSTD, NONE"
                            .formatted(given),
                    e);
        }
    }
}
