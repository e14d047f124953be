package dev.penstock.local.wire;

import dev.penstock.local.gateway.Request;
import dev.penstock.local.gateway.Response;
import dev.penstock.local.gateway.Service;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/**
 * A service of the AWS JSON protocols (or of their successor in CBOR), as a table of operations on the SDK's model classes.
 *
 * <pre>{@code new JsonOperations("logs", CloudWatchLogsClient.class)
 *     .on("CreateLogGroup", CreateLogGroupRequest::builder, this::createLogGroup)}</pre>
 *
 * An operation that the SDK's client has and the table has not answers 501; any other UnknownOperationException.
 */
public final class JsonOperations implements Service {
    private final String signingName;
    private final SdkOperations onAws;
    private final Map<String, Function<Request, SdkPojo>> operations = new HashMap<>();

    /** @param sdkClient the service's client interface, whose methods are the operations that exist on AWS */
    public JsonOperations(String signingName, Class<?> sdkClient) {
        this.signingName = signingName;
        this.onAws = new SdkOperations(sdkClient);
    }

    /**
     * Adds an operation. The table is complete before the service is used.
     *
     * @param handler from the request's model and the HTTP request (for its region) to the response's model
     */
    public <B extends SdkPojo & SdkBuilder<B, I>, I> JsonOperations on(
            String operation, Supplier<B> builder, BiFunction<I, Request, ? extends SdkPojo> handler) {
        operations.put(operation, request -> {
            I input = Cbor.isSpokenBy(request)
                    ? Cbor.read(request.body(), builder.get())
                    : Wire.read(request.body(), builder.get());
            return handler.apply(input, request);
        });
        return this;
    }

    @Override
    public String signingName() {
        return signingName;
    }

    @Override
    public Response handle(Request request) {
        boolean isCbor = Cbor.isSpokenBy(request);
        String operation =
                isCbor ? Cbor.operation(request) : request.operation().orElse("");
        Function<Request, SdkPojo> handler = operations.get(operation);
        if (handler == null) {
            throw onAws.missing(signingName, operation);
        }
        SdkPojo answer = handler.apply(request);
        if (isCbor) {
            return Cbor.answer(answer);
        }
        String contentType = request.header("content-type").orElse("application/x-amz-json-1.0");
        return Response.ok(contentType, Wire.write(answer));
    }
}
