package dev.penstock.local.export;

import dev.penstock.lambdas.export.ObjectSink;
import dev.penstock.lambdas.export.ObjectSource;
import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.s3.ObjectStore;
import dev.penstock.local.s3.StoredObject;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** One bucket of the runtime, for the readers and writers of exports. An object appears whole, when it is closed. */
public record BucketObjects(ObjectStore store, String bucket) implements ObjectSink, ObjectSource {

    @Override
    public OutputStream create(String key) throws IOException {
        Path file = Files.createTempFile("penstock-object-", null);
        return new FilterOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
            private boolean closed;

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                out.write(bytes, from, length);
            }

            @Override
            public void close() throws IOException {
                if (closed) {
                    return;
                }
                closed = true;
                out.close();
                try (InputStream content = Files.newInputStream(file)) {
                    store.put(bucket, key, content, "application/octet-stream");
                } finally {
                    Files.delete(file);
                }
            }
        };
    }

    @Override
    public InputStream open(String key) throws IOException {
        try {
            return store.read(bucket, key);
        } catch (AwsError e) {
            throw e.status() == 404 ? new NoSuchFileException(bucket + "/" + key) : new IOException(e.getMessage(), e);
        }
    }

    @Override
    public List<String> list(String prefix) {
        return store.list(bucket, prefix).stream().map(StoredObject::key).toList();
    }
}
