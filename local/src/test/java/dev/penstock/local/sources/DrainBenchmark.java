package dev.penstock.local.sources;

import dev.penstock.local.clock.MovableClock;
import dev.penstock.local.functions.FunctionConfig;
import dev.penstock.local.functions.Functions;
import dev.penstock.local.functions.HandlerZip;
import dev.penstock.local.functions.Invocation;
import dev.penstock.local.functions.LogSink;
import dev.penstock.local.functions.Metrics;
import dev.penstock.local.functions.TestHandlers;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingRequest;
import software.amazon.awssdk.services.lambda.model.EventSourcePosition;
import software.amazon.awssdk.services.lambda.model.FunctionResponseType;

/**
 * What a mapping and a function JVM cost by themselves: a backlog is drained, then single records are written one by
 * one. The function parses the official event type and does nothing more; stream and checkpoints are in memory.
 *
 * <p>Arguments: records in the backlog (default 50,000), single writes (default 500).
 */
public final class DrainBenchmark {
    private DrainBenchmark() {}

    public static void main(String[] args) throws Exception {
        int backlog = args.length > 0 ? Integer.parseInt(args[0]) : 50_000;
        int singles = args.length > 1 ? Integer.parseInt(args[1]) : 500;
        Path folder = Files.createTempDirectory("penstock-bench");
        Functions.Options options = Functions.Options.of(folder.resolve("runtime"), "http://127.0.0.1:1");
        try (Functions functions = new Functions(options, LogSink.none())) {
            FunctionConfig function = FunctionConfig.of(
                            "projector",
                            "eu-central-1",
                            HandlerZip.handler(TestHandlers.Stream.class),
                            HandlerZip.in(folder))
                    .with(Duration.ofSeconds(60), 512, Map.of());
            functions.put(function);
            long start = System.nanoTime();
            functions.invoke(function.arn(), "{\"Records\":[]}".getBytes(StandardCharsets.UTF_8));
            System.out.printf("cold start to first response       %,8.0f ms%n", millis(start));
            start = System.nanoTime();
            for (int i = 0; i < 500; i++) {
                functions.invoke(function.arn(), "{\"Records\":[]}".getBytes(StandardCharsets.UTF_8));
            }
            System.out.printf("warm invocation of an empty event  %,8.3f ms (mean of 500)%n", millis(start) / 500);
            for (int factor : List.of(1, 2)) {
                drain(functions, function, backlog, factor);
            }
            latency(functions, function, singles);
        }
    }

    private static void drain(Functions functions, FunctionConfig function, int backlog, int factor) throws Exception {
        MovableClock clock = new MovableClock(InstantSource.system());
        MemoryStream stream = new MemoryStream(clock);
        Map<String, AttributeValue> image = image();
        for (int i = 0; i < backlog; i++) {
            stream.insert("customer-" + i % 5_000, image);
        }
        Semaphore delivered = new Semaphore(0);
        Invoker invoker = counting(functions, delivered);
        for (String round : List.of("first", "warm")) {
            delivered.drainPermits();
            try (EventSourceMappings mappings = mappings(stream, clock, invoker)) {
                long start = System.nanoTime();
                mappings.create(request(1_000, factor), function.arn());
                if (!delivered.tryAcquire(backlog, 120, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("not drained after 120 s");
                }
                System.out.printf(
                        "drain, batch 1,000, factor %d, %s     %,8.0f records/s%n",
                        factor, round, backlog / millis(start) * 1e3);
            }
        }
    }

    private static void latency(Functions functions, FunctionConfig function, int singles) throws Exception {
        MovableClock clock = new MovableClock(InstantSource.system());
        MemoryStream stream = new MemoryStream(clock);
        Semaphore delivered = new Semaphore(0);
        long[] nanos = new long[singles];
        try (EventSourceMappings mappings = mappings(stream, clock, counting(functions, delivered))) {
            mappings.create(request(100, 1), function.arn());
            Map<String, AttributeValue> image = image();
            for (int i = 0; i < singles; i++) {
                long start = System.nanoTime();
                stream.insert("customer-" + i, image);
                delivered.acquire();
                nanos[i] = System.nanoTime() - start;
            }
        }
        Arrays.sort(nanos);
        System.out.printf(
                "record written -> function done    p50 %.2f ms, p99 %.2f ms%n",
                nanos[singles / 2] / 1e6, nanos[singles * 99 / 100] / 1e6);
    }

    private static Invoker counting(Functions functions, Semaphore delivered) {
        return (arn, event) -> {
            Invocation outcome = functions.invoke(arn, event);
            delivered.release(count(event));
            return outcome;
        };
    }

    /** Counts records by their event ids, without parsing. */
    private static int count(byte[] event) {
        int count = 0;
        byte[] mark = "\"eventID\"".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i + mark.length <= event.length; i++) {
            if (event[i] == '"' && Arrays.equals(event, i, i + mark.length, mark, 0, mark.length)) {
                count++;
            }
        }
        return count;
    }

    private static EventSourceMappings mappings(MemoryStream stream, MovableClock clock, Invoker invoker) {
        return new EventSourceMappings(new Ports(
                stream,
                stream,
                invoker,
                Destinations.none(),
                Checkpoints.inMemory(),
                clock,
                Metrics.none(),
                Duration.ofMillis(100),
                Duration.ofSeconds(2)));
    }

    private static CreateEventSourceMappingRequest request(int batchSize, int factor) {
        return CreateEventSourceMappingRequest.builder()
                .eventSourceArn(MemoryStream.ARN)
                .startingPosition(EventSourcePosition.TRIM_HORIZON)
                .batchSize(batchSize)
                .parallelizationFactor(factor)
                .functionResponseTypes(FunctionResponseType.REPORT_BATCH_ITEM_FAILURES)
                .build();
    }

    /** About 700 bytes of JSON per record. */
    private static Map<String, AttributeValue> image() {
        Map<String, AttributeValue> image = new LinkedHashMap<>();
        image.put("id", AttributeValue.fromS("customer"));
        image.put("total", AttributeValue.fromN(new BigInteger("12345").toString()));
        IntStream.range(0, 5).forEach(i -> image.put("attribute" + i, AttributeValue.fromS("value of attribute " + i)));
        image.put(
                "lines",
                AttributeValue.fromL(List.of(
                        AttributeValue.fromM(Map.of("productId", AttributeValue.fromS("p1"))),
                        AttributeValue.fromM(Map.of("productId", AttributeValue.fromS("p2"))))));
        return image;
    }

    private static double millis(long startNanos) {
        return (System.nanoTime() - startNanos) / 1e6;
    }
}
