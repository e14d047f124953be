package dev.penstock.lambdas.export;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A bucket through the official client. What is written waits in a temporary file until it is closed, since S3 wants its
 * length first: at most 5 GB.
 */
public record S3Objects(S3Client s3, String bucket) implements ObjectSource, ObjectSink {
    @Override
    public InputStream open(String key) throws IOException {
        try {
            return s3.getObject(get -> get.bucket(bucket).key(key));
        } catch (NoSuchKeyException e) {
            throw new NoSuchFileException("s3://" + bucket + "/" + key);
        }
    }

    @Override
    public List<String> list(String prefix) {
        return s3.listObjectsV2Paginator(list -> list.bucket(bucket).prefix(prefix)).contents().stream()
                .map(S3Object::key)
                .toList();
    }

    @Override
    public OutputStream create(String key) throws IOException {
        Path file = Files.createTempFile("penstock-upload-", null);
        return new FilterOutputStream(Files.newOutputStream(file)) {
            private boolean closed;

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                out.write(bytes, from, length);
            }

            @Override
            public void close() throws IOException {
                if (!closed) {
                    closed = true;
                    try {
                        out.close();
                        s3.putObject(put -> put.bucket(bucket).key(key), RequestBody.fromFile(file));
                    } finally {
                        Files.delete(file);
                    }
                }
            }
        };
    }
}
