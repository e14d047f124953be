package dev.penstock.local.functions;

import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import com.amazonaws.services.lambda.runtime.api.client.LambdaRequestHandler;
import com.amazonaws.services.lambda.runtime.api.client.logging.LambdaContextLogger;
import com.amazonaws.services.lambda.runtime.api.client.logging.StdOutLogSink;
import com.amazonaws.services.lambda.runtime.api.client.runtimeapi.DtoSerializers;
import com.amazonaws.services.lambda.runtime.api.client.runtimeapi.LambdaError;
import com.amazonaws.services.lambda.runtime.api.client.runtimeapi.LambdaRuntimeApiClient;
import com.amazonaws.services.lambda.runtime.api.client.runtimeapi.dto.InvocationRequest;
import com.amazonaws.services.lambda.runtime.api.client.util.ConcurrencyConfig;
import com.amazonaws.services.lambda.runtime.logging.LogFormat;
import com.amazonaws.services.lambda.runtime.logging.LogLevel;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.HttpURLConnection;
import java.net.URI;

/**
 * The official runtime interface client with its one native part, the HTTP calls, in plain Java: loading, events,
 * context, logging and errors stay the official ones. For systems that client has no native library for.
 *
 * <p>Runs in the function's JVM; like {@link Bootstrap} it may use nothing else of Penstock.
 */
final class PortableRuntime extends AWSLambda implements LambdaRuntimeApiClient {
    private final String base = "http://" + System.getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/";

    private PortableRuntime() {}

    static void run(String handler) throws Throwable {
        LambdaRuntimeApiClient client = new PortableRuntime();
        String level = System.getenv("AWS_LAMBDA_LOG_LEVEL");
        LambdaContextLogger logger = new LambdaContextLogger(
                new StdOutLogSink(),
                level == null ? LogLevel.UNDEFINED : LogLevel.fromString(level),
                LogFormat.fromString(System.getenv("AWS_LAMBDA_LOG_FORMAT")));
        // The client's own loading step sets its private class loader, which its serializers need: there is no public
        // way in. The dependency's version is pinned, and FunctionsTest runs this path.
        Method load = AWSLambda.class.getDeclaredMethod(
                "getLambdaRequestHandlerObject", String.class, LambdaContextLogger.class, LambdaRuntimeApiClient.class);
        load.setAccessible(true);
        LambdaRequestHandler loaded = (LambdaRequestHandler) load.invoke(null, handler, logger, client);
        startRuntimeLoops(loaded, logger, new ConcurrencyConfig(logger), client);
    }

    @Override
    public InvocationRequest nextInvocation() throws IOException {
        HttpURLConnection connection = open("invocation/next");
        try (var body = connection.getInputStream()) {
            InvocationRequest request = new InvocationRequest();
            request.setId(connection.getHeaderField("Lambda-Runtime-Aws-Request-Id"));
            request.setInvokedFunctionArn(connection.getHeaderField("Lambda-Runtime-Invoked-Function-Arn"));
            request.setDeadlineTimeInMs(Long.parseLong(connection.getHeaderField("Lambda-Runtime-Deadline-Ms")));
            request.setXrayTraceId(connection.getHeaderField("Lambda-Runtime-Trace-Id"));
            request.setContent(body.readAllBytes());
            return request;
        }
    }

    @Override
    public InvocationRequest nextInvocationWithExponentialBackoff(LambdaContextLogger logger) throws IOException {
        return nextInvocation();
    }

    @Override
    public void reportInvocationSuccess(String id, byte[] response) throws IOException {
        post("invocation/" + id + "/response", response, "");
    }

    @Override
    public void reportInvocationError(String id, LambdaError error) throws IOException {
        post("invocation/" + id + "/error", DtoSerializers.serialize(error.errorRequest), type(error));
    }

    @Override
    public void reportInitError(LambdaError error) throws IOException {
        post("init/error", DtoSerializers.serialize(error.errorRequest), type(error));
    }

    @Override
    public void restoreNext() throws IOException {
        try (var body = open("restore/next").getInputStream()) {
            body.readAllBytes();
        }
    }

    @Override
    public void reportRestoreError(LambdaError error) throws IOException {
        post("restore/error", DtoSerializers.serialize(error.errorRequest), type(error));
    }

    private static String type(LambdaError error) {
        return error.errorType == null ? "" : error.errorType.getRapidError();
    }

    private HttpURLConnection open(String path) throws IOException {
        return (HttpURLConnection) URI.create(base + path).toURL().openConnection();
    }

    private void post(String path, byte[] body, String errorType) throws IOException {
        HttpURLConnection connection = open(path);
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setRequestProperty("Lambda-Runtime-Function-Error-Type", errorType);
        connection.setFixedLengthStreamingMode(body.length);
        connection.setDoOutput(true);
        try (var out = connection.getOutputStream()) {
            out.write(body);
        }
        try (var answer = connection.getInputStream()) {
            answer.readAllBytes();
        }
    }
}
