package dev.penstock.local.lambda;

import dev.penstock.local.functions.Functions;
import dev.penstock.local.functions.Invocation;
import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.gateway.Response;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.services.lambda.model.CreateFunctionUrlConfigRequest;
import software.amazon.awssdk.services.lambda.model.CreateFunctionUrlConfigResponse;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionUrlConfigRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionUrlConfigResponse;
import software.amazon.awssdk.services.lambda.model.FunctionUrlAuthType;
import software.amazon.awssdk.services.lambda.model.GetFunctionUrlConfigRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionUrlConfigResponse;
import software.amazon.awssdk.services.lambda.model.InvokeMode;

/**
 * Function URLs: {@code http://ID.lambda-url.REGION.localhost:PORT/}, found by the Host header, so that
 * {@code curl -H "Host: ..."} works too where such names do not resolve. Threadsafe.
 */
final class FunctionUrls {
    static final String HOST_MARK = ".lambda-url.";

    private final FunctionOperations operations;
    private final Functions functions;
    private final InstantSource clock;
    private final Map<String, FunctionUrl> byId = new ConcurrentHashMap<>();

    private record FunctionUrl(
            FunctionReference function, String address, FunctionUrlAuthType authType, String createdAt) {}

    FunctionUrls(FunctionOperations operations, Functions functions, InstantSource clock) {
        this.operations = operations;
        this.functions = functions;
        this.clock = clock;
    }

    CreateFunctionUrlConfigResponse create(CreateFunctionUrlConfigRequest request, Request http) {
        FunctionReference function =
                FunctionReference.parse(request.functionName(), http.region(), request.qualifier());
        operations.version(function);
        if (request.invokeMode() == InvokeMode.RESPONSE_STREAM) {
            throw AwsError.notSimulated("lambda", "function URLs with invoke mode RESPONSE_STREAM");
        }
        String id = id(function);
        String host = http.header("host").orElse("localhost");
        String port = host.contains(":") ? host.substring(host.lastIndexOf(':')) : "";
        FunctionUrl url = new FunctionUrl(
                function,
                "http://" + id + HOST_MARK + http.region() + ".localhost" + port + "/",
                request.authType() == null ? FunctionUrlAuthType.AWS_IAM : request.authType(),
                clock.instant().toString());
        if (byId.putIfAbsent(id, url) != null) {
            throw new AwsError(
                    409,
                    "ResourceConflictException",
                    "Failed to create function url config for [functionArn = " + function.qualifiedArn()
                            + "]. Error message:  FunctionUrlConfig exists for this Lambda function",
                    Map.of("Type", "User"));
        }
        return CreateFunctionUrlConfigResponse.builder()
                .functionUrl(url.address())
                .functionArn(function.qualifiedArn())
                .authType(url.authType())
                .creationTime(url.createdAt())
                .invokeMode(InvokeMode.BUFFERED)
                .build();
    }

    GetFunctionUrlConfigResponse get(GetFunctionUrlConfigRequest request, Request http) {
        FunctionReference function =
                FunctionReference.parse(request.functionName(), http.region(), request.qualifier());
        FunctionUrl url = byId.get(id(function));
        if (url == null) {
            throw notFound();
        }
        return GetFunctionUrlConfigResponse.builder()
                .functionUrl(url.address())
                .functionArn(function.qualifiedArn())
                .authType(url.authType())
                .creationTime(url.createdAt())
                .lastModifiedTime(url.createdAt())
                .invokeMode(InvokeMode.BUFFERED)
                .build();
    }

    DeleteFunctionUrlConfigResponse delete(DeleteFunctionUrlConfigRequest request, Request http) {
        FunctionReference function =
                FunctionReference.parse(request.functionName(), http.region(), request.qualifier());
        if (byId.remove(id(function)) == null) {
            throw notFound();
        }
        return DeleteFunctionUrlConfigResponse.builder().build();
    }

    /** Answers a request that was sent to a function URL. */
    Response serve(Request http) {
        String host = http.header("host").orElse("");
        FunctionUrl url = byId.get(host.substring(0, Math.max(0, host.indexOf(HOST_MARK))));
        if (url == null) {
            return message(404, "Not Found");
        }
        if (url.authType() == FunctionUrlAuthType.AWS_IAM && http.accessKey().isEmpty()) {
            return message(403, "Forbidden");
        }
        try {
            byte[] event = HttpEvent.of(http, host, clock.instant());
            return switch (functions.invoke(url.function().qualifiedArn(), event)) {
                case Invocation.Success success -> HttpEvent.response(success.payload());
                case Invocation.FunctionError error -> message(502, "Internal Server Error");
                case Invocation.Throttled throttled -> message(429, "Rate Exceeded.");
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return message(503, "Service Unavailable");
        }
    }

    private static String id(FunctionReference function) {
        return UUID.nameUUIDFromBytes(function.qualifiedArn().getBytes(StandardCharsets.UTF_8))
                .toString()
                .replace("-", "");
    }

    private static Response message(int status, String text) {
        return new Response(
                status,
                Map.of("content-type", "application/json"),
                ("{\"Message\":\"" + text + "\"}").getBytes(StandardCharsets.UTF_8));
    }

    private static AwsError notFound() {
        return new AwsError(
                404, "ResourceNotFoundException", "The resource you requested does not exist.", Map.of("Type", "User"));
    }
}
