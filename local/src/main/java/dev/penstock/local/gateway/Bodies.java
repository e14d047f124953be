package dev.penstock.local.gateway;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Reads request bodies within limits. */
final class Bodies {
    /** What S3 takes in one PUT. */
    static final long S3_LIMIT = 5L << 30;
    /** More than any other simulated service takes in one request. */
    static final int LIMIT = 64 << 20;
    /** Bodies for S3 that are larger than this go to a file. */
    private static final int IN_MEMORY = 1 << 20;

    private Bodies() {}

    static byte[] read(HttpExchange exchange) throws IOException {
        checkLength(exchange, LIMIT);
        return read(exchange.getRequestBody(), LIMIT);
    }

    /** Reads a body for S3: into {@code memory} if it is small, else into a new file in the temporary directory. */
    static @Nullable Path spool(HttpExchange exchange, ByteArrayOutputStream memory) throws IOException {
        checkLength(exchange, S3_LIMIT);
        InputStream in = exchange.getRequestBody();
        byte[] head = in.readNBytes(IN_MEMORY + 1);
        if (head.length <= IN_MEMORY) {
            memory.write(head);
            return null;
        }
        Path file = Files.createTempFile("penstock-body-", "");
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(head);
            long length = head.length + in.transferTo(out);
            if (length > S3_LIMIT) {
                throw tooLarge(S3_LIMIT);
            }
            return file;
        } catch (IOException | AwsError failed) {
            Files.deleteIfExists(file);
            throw failed;
        }
    }

    private static void checkLength(HttpExchange exchange, long limit) {
        String length = exchange.getRequestHeaders().getFirst("Content-Length");
        if (length != null && Long.parseLong(length) > limit) {
            throw tooLarge(limit);
        }
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

    private static AwsError tooLarge(long limit) {
        return new AwsError(
                413,
                "EntityTooLarge",
                "The request body is larger than " + limit + " bytes; upload large objects in parts");
    }
}
