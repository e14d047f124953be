package dev.penstock.local.functions;

import com.amazonaws.services.lambda.crac.Core;
import com.amazonaws.services.lambda.crac.Resource;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse.BatchItemFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Handlers that run in a JVM of their own, packed by {@link HandlerZip}; they use nothing of Penstock. */
public final class TestHandlers {
    private TestHandlers() {}

    /** Answers what it got. */
    public static final class Echo implements RequestStreamHandler {
        @Override
        public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
            in.transferTo(out);
        }
    }

    /** Answers what it knows of itself: process id, how often it was called, variables, context. */
    public static final class Introspect implements RequestHandler<Map<String, Object>, Map<String, Object>> {
        private int calls;

        @Override
        public Map<String, Object> handleRequest(Map<String, Object> event, Context context) {
            System.out.println("hello from stdout");
            context.getLogger().log("hello from the logger\n");
            return Map.of(
                    "pid", ProcessHandle.current().pid(),
                    "calls", ++calls,
                    "environment", System.getenv(),
                    "remaining", context.getRemainingTimeInMillis(),
                    "requestId", context.getAwsRequestId(),
                    "arn", context.getInvokedFunctionArn(),
                    "maxMemoryMb", Runtime.getRuntime().maxMemory() >> 20);
        }
    }

    /** Speaks the official event types: reports the records whose key starts with "bad". */
    public static final class Stream implements RequestHandler<DynamodbEvent, StreamsEventResponse> {
        @Override
        public StreamsEventResponse handleRequest(DynamodbEvent event, Context context) {
            List<BatchItemFailure> failures = event.getRecords().stream()
                    .map(DynamodbEvent.DynamodbStreamRecord::getDynamodb)
                    .filter(change -> change.getKeys().get("id").getS().startsWith("bad"))
                    .map(change -> new BatchItemFailure(change.getSequenceNumber()))
                    .toList();
            return new StreamsEventResponse(failures);
        }
    }

    /** Throws, exits, hangs, floods or answers, as its event asks. */
    public static final class Misbehaving implements RequestHandler<String, String> {
        @Override
        public String handleRequest(String event, Context context) {
            return switch (event) {
                case "throw" -> throw new IllegalStateException("thrown on request");
                case "exit" -> {
                    Runtime.getRuntime().halt(7);
                    yield "";
                }
                case "hang" -> {
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    yield "";
                }
                case "flood" -> "x".repeat(7_000_000);
                default -> event;
            };
        }
    }

    /** Answers an HTTP event of a function URL with what it saw. */
    public static final class Http implements RequestHandler<Map<String, Object>, Map<String, Object>> {
        @Override
        public Map<String, Object> handleRequest(Map<String, Object> event, Context context) {
            Map<?, ?> http = (Map<?, ?>) ((Map<?, ?>) event.get("requestContext")).get("http");
            String seen = http.get("method") + " " + event.get("rawPath") + " " + event.get("rawQueryString");
            return Map.of("statusCode", 201, "headers", Map.of("x-seen", seen), "body", event.getOrDefault("body", ""));
        }
    }

    /** Cannot be constructed. */
    public static final class Unconstructable implements RequestHandler<String, String> {
        public Unconstructable() {
            throw new IllegalStateException("no variable TABLE");
        }

        @Override
        public String handleRequest(String event, Context context) {
            return event;
        }
    }

    /** Tells whether its checkpoint hooks ran before the first event, as SnapStart's invoke priming needs. */
    public static final class Primed implements RequestStreamHandler, Resource {
        private String seen = "";

        public Primed() {
            Core.getGlobalContext().register(this);
        }

        @Override
        public void beforeCheckpoint(com.amazonaws.services.lambda.crac.Context<? extends Resource> context) {
            seen += "checkpoint ";
        }

        @Override
        public void afterRestore(com.amazonaws.services.lambda.crac.Context<? extends Resource> context) {
            seen += "restore ";
        }

        @Override
        public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
            out.write(("\"" + seen + "event\"").getBytes(StandardCharsets.UTF_8));
        }
    }
}
