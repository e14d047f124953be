package dev.penstock.local.gateway;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a service answers. The gateway adds request id, date and checksum headers.
 *
 * @param content a body too large to hold in memory, instead of {@code body}
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record Response(
        int status,
        Map<String, String> headers,
        byte[] body,
        @Nullable Content content) {

    /** A body that is written when the answer is sent. */
    public interface Content {
        /** In bytes. */
        long length();

        /** Writes all of it; does not close the stream. */
        void writeTo(OutputStream out) throws IOException;
    }

    public Response(int status, Map<String, String> headers, byte[] body) {
        this(status, headers, body, null);
    }

    /** A 200 with this content type. */
    public static Response ok(String contentType, byte[] body) {
        return new Response(200, Map.of("content-type", contentType), body);
    }
}
