package dev.penstock.local.gateway;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/** Reads request bodies within limits. */
final class Bodies {
    /** S3 takes 5 GB in one PUT; here a body is held in memory, so larger objects are uploaded in parts. */
    static final int S3_LIMIT = 256 << 20;
    /** More than any other simulated service takes in one request. */
    static final int LIMIT = 64 << 20;

    private Bodies() {}

    static byte[] read(HttpExchange exchange, int limit) throws IOException {
        String length = exchange.getRequestHeaders().getFirst("Content-Length");
        if (length != null && Long.parseLong(length) > limit) {
            throw tooLarge(limit);
        }
        return read(exchange.getRequestBody(), limit);
    }

    /** @throws AwsError when the body is not gzip, or is larger than the limit once decompressed */
    static byte[] gunzip(byte[] body, int limit) {
        try (GZIPInputStream plain = new GZIPInputStream(new ByteArrayInputStream(body))) {
            return read(plain, limit);
        } catch (IOException notGzip) {
            throw new AwsError(
                    400,
                    "SerializationException",
                    "The body is not gzip as Content-Encoding says: " + notGzip.getMessage());
        }
    }

    private static byte[] read(InputStream in, int limit) throws IOException {
        byte[] body = in.readNBytes(limit);
        if (body.length == limit && in.read() >= 0) {
            throw tooLarge(limit);
        }
        return body;
    }

    private static AwsError tooLarge(int limit) {
        return new AwsError(
                413,
                "EntityTooLarge",
                "The request body is larger than " + limit + " bytes; upload large objects in parts");
    }
}
