package dev.penstock.local.query;

import dev.penstock.lambdas.export.ExportReader;
import dev.penstock.lambdas.export.ObjectSink;
import dev.penstock.lambdas.export.ObjectSource;
import dev.penstock.lambdas.export.S3Objects;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Where files are: a folder, or {@code s3://bucket/prefix}.
 *
 * @param prefix what keys begin with there
 * @param sizes bytes of the object of a key
 */
record Location(String text, ObjectSource source, ObjectSink sink, String prefix, ToLongFunction<String> sizes) {

    /** @param s3 asked for when the text begins with {@code s3://} */
    static Location of(String text, Supplier<S3Client> s3) {
        if (!text.startsWith("s3://")) {
            Path folder = Path.of(text);
            return new Location(text, ObjectSource.directory(folder), ObjectSink.directory(folder), "", key -> {
                try {
                    return Files.size(folder.resolve(key));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        String path = text.substring("s3://".length());
        int slash = path.indexOf('/');
        String bucket = slash < 0 ? path : path.substring(0, slash);
        S3Objects objects = new S3Objects(s3.get(), bucket);
        return new Location(
                text,
                objects,
                objects,
                slash < 0 ? "" : path.substring(slash + 1),
                key -> s3.get().headObject(head -> head.bucket(bucket).key(key)).contentLength());
    }

    /** Bytes of objects here, compressed as they are. */
    long size(List<String> keys) {
        return keys.stream().mapToLong(sizes).sum();
    }

    /** The only export here, or the newest if there are several. */
    ExportReader export() throws IOException {
        return exports().getLast();
    }

    /** All exports here, oldest first. */
    List<ExportReader> exports() throws IOException {
        List<String> summaries = ExportReader.find(source, prefix);
        if (summaries.isEmpty()) {
            throw new IOException("no manifest-summary.json at " + text
                    + "; give the folder or prefix that holds AWSDynamoDB/, or an export's own folder");
        }
        ArrayList<ExportReader> exports = new ArrayList<>();
        for (String summary : summaries) {
            exports.add(ExportReader.open(source, summary));
        }
        exports.sort(Comparator.comparing(export -> export.summary().startTime()));
        return exports;
    }
}
