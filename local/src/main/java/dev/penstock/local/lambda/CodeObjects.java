package dev.penstock.local.lambda;

import software.amazon.awssdk.core.exception.SdkException;

/** Reads an object of S3, for function code that was uploaded there. Threadsafe. */
@FunctionalInterface
public interface CodeObjects {
    /** @throws SdkException when it can't be read */
    byte[] read(String region, String bucket, String key);
}
