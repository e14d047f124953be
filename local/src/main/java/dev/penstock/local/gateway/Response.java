package dev.penstock.local.gateway;

import java.util.Map;

/** What a service answers. The gateway adds request id, date and checksum headers. */
public record Response(int status, Map<String, String> headers, byte[] body) {

    /** A 200 with this content type. */
    public static Response ok(String contentType, byte[] body) {
        return new Response(200, Map.of("content-type", contentType), body);
    }
}
