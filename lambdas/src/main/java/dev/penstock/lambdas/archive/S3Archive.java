package dev.penstock.lambdas.archive;

import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** The stage's archive bucket. */
record S3Archive(S3Client s3, String bucket) implements Archive {
    @Override
    public void put(String key, byte[] body) {
        s3.putObject(
                request -> request.bucket(bucket)
                        .key(key)
                        .contentType("application/x-ndjson")
                        .contentEncoding("gzip"),
                RequestBody.fromBytes(body));
    }
}
