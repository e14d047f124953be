package dev.penstock.local.lambda;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.gateway.Response;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** HTTP as a function URL's function sees it: payload format 2.0 (AWS docs: "Function URL request payload format"). */
final class HttpEvent {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT).withZone(ZoneOffset.UTC);

    private HttpEvent() {}

    static byte[] of(Request http, String host, Instant now) {
        String domain = host.contains(":") ? host.substring(0, host.lastIndexOf(':')) : host;
        ObjectNode event = JSON.createObjectNode();
        event.put("version", "2.0");
        event.put("routeKey", "$default");
        event.put("rawPath", http.path());
        event.put("rawQueryString", http.query());
        ObjectNode headers = event.putObject("headers");
        http.headers().forEach((name, values) -> headers.put(name, String.join(",", values)));
        if (!http.query().isEmpty()) {
            ObjectNode parameters = event.putObject("queryStringParameters");
            parameters(http.query()).forEach(parameters::put);
        }
        ObjectNode context = event.putObject("requestContext");
        context.put("accountId", http.accessKey().isEmpty() ? "anonymous" : "000000000000");
        context.put("apiId", domain.substring(0, Math.max(0, domain.indexOf('.'))));
        context.put("domainName", domain);
        context.put("domainPrefix", domain.substring(0, Math.max(0, domain.indexOf('.'))));
        context.putObject("http")
                .put("method", http.method())
                .put("path", http.path())
                .put("protocol", "HTTP/1.1")
                .put("sourceIp", "127.0.0.1")
                .put("userAgent", http.header("user-agent").orElse(""));
        context.put("requestId", UUID.randomUUID().toString());
        context.put("routeKey", "$default");
        context.put("stage", "$default");
        context.put("time", TIME.format(now));
        context.put("timeEpoch", now.toEpochMilli());
        if (!http.accessKey().isEmpty()) {
            context.putObject("authorizer")
                    .putObject("iam")
                    .put("accessKey", http.accessKey())
                    .put("accountId", "000000000000");
        }
        boolean isText = isText(http.header("content-type").orElse("text/plain"));
        if (http.body().length > 0) {
            event.put(
                    "body",
                    isText
                            ? new String(http.body(), StandardCharsets.UTF_8)
                            : Base64.getEncoder().encodeToString(http.body()));
        }
        event.put("isBase64Encoded", http.body().length > 0 && !isText);
        try {
            return JSON.writeValueAsBytes(event);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a function returned, as HTTP: an object with a statusCode says all, anything else is a JSON body. */
    static Response response(byte[] payload) {
        JsonNode result;
        try {
            result = JSON.readTree(payload);
        } catch (IOException e) {
            return new Response(502, Map.of("content-type", "application/json"), payload);
        }
        if (!result.has("statusCode")) {
            byte[] body = result.isTextual() ? result.textValue().getBytes(StandardCharsets.UTF_8) : payload;
            return Response.ok("application/json", body);
        }
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("content-type", "application/json");
        result.path("headers")
                .properties()
                .forEach(header -> headers.put(
                        header.getKey().toLowerCase(Locale.ROOT),
                        header.getValue().asText()));
        String body = result.path("body").asText("");
        return new Response(
                result.get("statusCode").asInt(),
                headers,
                result.path("isBase64Encoded").asBoolean()
                        ? Base64.getDecoder().decode(body)
                        : body.getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String field : query.split("&", -1)) {
            String[] parts = field.split("=", 2);
            parameters.merge(
                    URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
                    parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8),
                    (first, second) -> first + "," + second);
        }
        return parameters;
    }

    private static boolean isText(String contentType) {
        String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return type.startsWith("text/")
                || type.equals("application/json")
                || type.equals("application/javascript")
                || type.equals("application/xml")
                || type.endsWith("+json")
                || type.endsWith("+xml");
    }
}
