package dev.penstock.lambdas.archive;

import dev.penstock.lambdas.export.DynamoDbJson;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.tables.Items;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Reads the archive: each item once, also where a redrive has put it into a second object. */
public final class ArchivedItems {
    private static final String SEQUENCE = ",\"sequenceNumber\":\"";

    private final Objects objects;

    public ArchivedItems(Objects objects) {
        this.objects = objects;
    }

    /** Of the stage's bucket. */
    public static ArchivedItems in(S3Client s3, String bucket) {
        return new ArchivedItems(new Objects() {
            @Override
            public Iterable<String> keys(String prefix) {
                // A page at a time: an archive of years has more keys than memory.
                var pages = s3.listObjectsV2Paginator(
                        request -> request.bucket(bucket).prefix(prefix));
                return () -> pages.contents().stream().map(S3Object::key).iterator();
            }

            @Override
            public byte[] read(String key) {
                return s3.getObjectAsBytes(request -> request.bucket(bucket).key(key))
                        .asByteArrayUnsafe();
            }
        });
    }

    /** A bucket, as far as the archive needs it. */
    public interface Objects {
        /** Keys that begin with the prefix, in order. */
        Iterable<String> keys(String prefix);

        byte[] read(String key);
    }

    /** Gives each item under the prefix; a redrive's double falls into the same day as its first. */
    public void forEach(String prefix, Consumer<Map<String, Value>> item) {
        Set<String> seen = new HashSet<>();
        String day = "";
        for (String key : objects.keys(prefix)) {
            String folder = key.substring(0, key.lastIndexOf('/'));
            if (!folder.equals(day)) {
                seen.clear();
                day = folder;
            }
            read(key, seen, item);
        }
    }

    /**
     * Gives each line under the prefix, a redrive's double too; nothing is remembered from one object to the next. For who
     * tells items by their keys.
     */
    public void lines(String prefix, Consumer<Map<String, Value>> item) {
        for (String key : objects.keys(prefix)) {
            read(key, new HashSet<>(), item);
        }
    }

    private void read(String key, Set<String> seen, Consumer<Map<String, Value>> item) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(new ByteArrayInputStream(objects.read(key))), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int end = line.lastIndexOf(SEQUENCE);
                if (end < 0) {
                    throw new IllegalStateException(key + " holds a line without a sequence number");
                }
                int from = end + SEQUENCE.length();
                if (seen.add(line.substring(from, line.indexOf('"', from)))) {
                    byte[] text = (line.substring(0, end) + "}").getBytes(StandardCharsets.UTF_8);
                    item.accept(Items.fromSdk(DynamoDbJson.readItem(text, 0, text.length)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + key, e);
        }
    }
}
