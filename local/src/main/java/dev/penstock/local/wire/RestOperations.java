package dev.penstock.local.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.gateway.Response;
import dev.penstock.local.gateway.Service;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.utils.builder.Buildable;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/**
 * A REST-JSON service, as a table of operations on the SDK's model classes.
 *
 * <pre>{@code new RestOperations("lambda")
 *     .on("GET", "/2015-03-31/functions/{FunctionName}", GetFunctionRequest::builder, this::getFunction)}</pre>
 *
 * Path labels, query fields and headers go where the model's traits say. A path that is not in the table answers 501.
 */
public final class RestOperations implements Service {
    private final String signingName;
    private final List<Route> routes = new ArrayList<>();

    public RestOperations(String signingName) {
        this.signingName = signingName;
    }

    /** Adds an operation that answers 200. */
    public <B extends SdkPojo & SdkBuilder<B, I>, I> RestOperations on(
            String method, String template, Supplier<B> builder, BiFunction<I, Request, ? extends SdkPojo> handler) {
        return on(200, method, template, builder, handler);
    }

    /**
     * Adds an operation. The table is complete before the service is used.
     *
     * @param status the HTTP status of success, unless the response has a member for it
     * @param template as in the service's model: {@code /functions/{FunctionName}}, {@code {Key+}} spans slashes,
     *     {@code ?uploads} must be in the query
     */
    public <B extends SdkPojo & SdkBuilder<B, I>, I> RestOperations on(
            int status,
            String method,
            String template,
            Supplier<B> builder,
            BiFunction<I, Request, ? extends SdkPojo> handler) {
        return onRaw(method, template, (request, labels) -> {
            I input = read(request, labels, builder.get());
            return write(status, handler.apply(input, request));
        });
    }

    /** Adds an operation that reads and answers HTTP itself. */
    public RestOperations onRaw(
            String method, String template, BiFunction<Request, Map<String, String>, Response> handler) {
        routes.add(new Route(method, PathTemplate.of(template), handler));
        // Longer templates and more required query fields first, so that the most specific one wins.
        routes.sort(Comparator.comparingInt(Route::specificity).reversed());
        return this;
    }

    @Override
    public String signingName() {
        return signingName;
    }

    @Override
    public Response handle(Request request) {
        return find(request)
                .orElseThrow(() -> AwsError.notSimulated(signingName, request.method() + " " + request.path()));
    }

    /** As {@link #handle}, empty when no route fits. */
    public Optional<Response> find(Request request) {
        Map<String, List<String>> query = Fields.parse(request.query());
        for (Route route : routes) {
            if (route.method().equals(request.method())) {
                Optional<Map<String, String>> labels = route.template().match(request.path(), query);
                if (labels.isPresent()) {
                    return Optional.of(route.handler().apply(request, labels.get()));
                }
            }
        }
        return Optional.empty();
    }

    private static <B extends SdkPojo & SdkBuilder<B, I>, I> I read(
            Request request, Map<String, String> labels, B builder) {
        RestBinding.read(request, labels, Fields.parse(request.query()), builder);
        Member body = Shape.of(builder).body();
        if (body == null
                && request.body().length > 0
                && !Shape.of(builder).payload().isEmpty()) {
            json(request.body(), builder);
        } else if (body != null && request.body().length > 0) {
            body.field()
                    .set(
                            builder,
                            switch (body.type()) {
                                case SDK_BYTES -> SdkBytes.fromByteArrayUnsafe(request.body());
                                case STRING -> new String(request.body(), UTF_8);
                                default -> {
                                    SdkPojo nested = body.construct();
                                    json(request.body(), nested);
                                    yield ((Buildable) nested).build();
                                }
                            });
        }
        return builder.build();
    }

    private static void json(byte[] body, SdkPojo builder) {
        try (JsonParser parser = Wire.json().createParser(body)) {
            Wire.fill(parser, builder);
        } catch (IOException malformed) {
            throw SerializationError.malformed(malformed);
        }
    }

    /** A response's headers, status and JSON body, as its model's traits say. */
    public static Response write(int status, SdkPojo answer) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("content-type", "application/json");
        int actual = RestBinding.write(answer, status, headers);
        Member body = Shape.of(answer).body();
        if (body == null) {
            return new Response(actual, headers, actual == 204 ? new byte[0] : Wire.write(answer));
        }
        byte[] bytes = switch (body.field().getValueOrDefault(answer)) {
            case null -> new byte[0];
            case SdkBytes raw -> raw.asByteArray();
            case SdkPojo nested -> Wire.write(nested);
            case Object text -> text.toString().getBytes(UTF_8);
        };
        return new Response(actual, headers, bytes);
    }

    private record Route(
            String method, PathTemplate template, BiFunction<Request, Map<String, String>, Response> handler) {
        int specificity() {
            return template.query().size() * 1000
                    + template.pattern().pattern().length()
                    - 20 * template.labels().size();
        }
    }
}
