package dev.penstock.local.gateway;

import dev.penstock.local.wire.JsonOperations;
import dev.penstock.local.wire.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;

/** Prints what the wire format and one hop through the gateway cost. Run its main method. */
public final class GatewayBenchmark {
    private static final int ROUNDS = 5;

    private GatewayBenchmark() {}

    /** Takes no arguments; ends within a minute. */
    public static void main(String[] arguments) throws Exception {
        Map<String, AttributeValue> item = new LinkedHashMap<>();
        for (int i = 0; i < 10; i++) {
            item.put("attr" + i, AttributeValue.fromS("x".repeat(80)));
        }
        item.put("n", AttributeValue.fromN("12345.678"));
        item.put("m", AttributeValue.fromM(Map.of("a", AttributeValue.fromL(List.of(AttributeValue.fromN("1"))))));
        PutItemRequest put = PutItemRequest.builder().tableName("t").item(item).build();
        byte[] body = Wire.write(put);
        System.out.println(body.length + " bytes");
        measure("read", 50_000, () -> Wire.read(body, PutItemRequest.builder()));
        measure("write", 50_000, () -> Wire.write(put));
        try (Gateway gateway = Gateway.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "us-east-1")
                        .add(new JsonOperations("dynamodb", DynamoDbClient.class)
                                .on(
                                        "PutItem",
                                        PutItemRequest::builder,
                                        (request, http) ->
                                                PutItemResponse.builder().build()));
                HttpClient http = HttpClient.newHttpClient();
                DynamoDbClient client = DynamoDbClient.builder()
                        .endpointOverride(gateway.endpoint())
                        .region(Region.US_EAST_1)
                        .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")))
                        .build()) {
            HttpRequest request = HttpRequest.newBuilder(gateway.endpoint())
                    .header("X-Amz-Target", "DynamoDB_20120810.PutItem")
                    .header("Content-Type", "application/x-amz-json-1.0")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                    .build();
            measure("http", 3000, () -> send(http, request));
            measure("sdk", 3000, () -> client.putItem(put));
        }
    }

    private static int send(HttpClient http, HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, HttpResponse.BodyHandlers.ofByteArray()).statusCode();
    }

    private static void measure(String name, int count, Callable<?> action) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            long[] nanos = new long[count];
            for (int i = 0; i < count; i++) {
                long start = System.nanoTime();
                action.call();
                nanos[i] = System.nanoTime() - start;
            }
            Arrays.sort(nanos);
            System.out.printf(
                    "%s p50 %.1f us, p99 %.1f us%n", name, nanos[count / 2] / 1e3, nanos[count * 99 / 100] / 1e3);
        }
    }
}
