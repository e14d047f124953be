package dev.penstock.local.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.wire.JsonOperations;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.ListTablesRequest;
import software.amazon.awssdk.services.dynamodb.model.ListTablesResponse;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

class GatewayTest {
    private final Gateway gateway = Gateway.open(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "us-east-1")
            .add(new JsonOperations("dynamodb", DynamoDbClient.class)
                    .on("ListTables", ListTablesRequest::builder, GatewayTest::listTables));
    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        http.close();
        gateway.close();
    }

    private static ListTablesResponse listTables(ListTablesRequest request, Request context) {
        return switch (String.valueOf(request.exclusiveStartTableName())) {
            case "missing" -> throw new AwsError(400, "ResourceNotFoundException", "no such table", Map.of("Extra", 1));
            case "bug" -> throw new IllegalStateException("a bug");
            default ->
                ListTablesResponse.builder()
                        .tableNames(context.region(), context.service(), context.accessKey())
                        .build();
        };
    }

    @Test
    void takesRegionServiceAndKeyFromTheSignature() {
        try (DynamoDbClient client = client("eu-west-1")) {
            assertEquals(
                    List.of("eu-west-1", "dynamodb", "AKIDEXAMPLE"),
                    client.listTables().tableNames());
        }
    }

    @Test
    void rendersErrorsSoThatTheClientKnowsThem() {
        try (DynamoDbClient client = client("us-east-1")) {
            var error = assertThrows(
                    ResourceNotFoundException.class,
                    () -> client.listTables(r -> r.exclusiveStartTableName("missing")));
            assertEquals("no such table", error.awsErrorDetails().errorMessage());
            assertEquals(400, error.statusCode());
            var missing = assertThrows(DynamoDbException.class, () -> client.describeLimits());
            assertEquals(501, missing.statusCode());
            assertTrue(missing.getMessage().contains("dynamodb.DescribeLimits exists on AWS"), missing.getMessage());
        }
    }

    @Test
    void answersUnknownOperationsAndServicesAsWhatTheyAre() throws Exception {
        var unknown = post("DynamoDB_20120810.Nonsense", "{}");
        assertEquals(400, unknown.statusCode());
        assertTrue(unknown.body().contains("com.amazon.coral.service#UnknownOperationException"), unknown.body());
        var service = post("AmazonFrauds_2010.List", "{}");
        assertEquals(501, service.statusCode());
        assertTrue(
                service.body().contains("AmazonFrauds_2010.List exists on AWS and is not simulated"), service.body());
        assertEquals(
                500,
                post("DynamoDB_20120810.ListTables", "{\"ExclusiveStartTableName\":\"bug\"}")
                        .statusCode());
    }

    @Test
    void sendsIdAndChecksum() throws Exception {
        var answer = post("DynamoDB_20120810.ListTables", "{}");
        var crc = new CRC32();
        crc.update(answer.body().getBytes(UTF_8));
        assertEquals(
                Long.toString(crc.getValue()),
                answer.headers().firstValue("x-amz-crc32").orElseThrow());
        assertTrue(answer.headers().firstValue("x-amzn-requestid").isPresent());
        assertEquals(
                "application/x-amz-json-1.0",
                answer.headers().firstValue("content-type").orElseThrow());
    }

    @Test
    void decompressesAndRefusesWhatIsNotCompressed() throws Exception {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write("{}".getBytes(UTF_8));
        }
        assertEquals(
                200,
                send(target().header("Content-Encoding", "gzip")
                                .POST(HttpRequest.BodyPublishers.ofByteArray(packed.toByteArray())))
                        .statusCode());
        var refused = send(target().header("Content-Encoding", "gzip").POST(HttpRequest.BodyPublishers.ofString("{}")));
        assertEquals(400, refused.statusCode());
    }

    @Test
    void refusesBodiesAndHeadersWithoutEnd() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: DynamoDB_20120810.ListTables\r\n"
                                    + "Content-Length: 99999999999\r\n\r\n{")
                            .getBytes(UTF_8));
            assertTrue(firstLine(socket).contains(" 413 "));
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            socket.setSoTimeout(20_000);
            var out = socket.getOutputStream();
            out.write("GET / HTTP/1.1\r\n".getBytes(UTF_8));
            assertThrows(IOException.class, () -> {
                for (int i = 0; i < 1_000_000; i++) {
                    out.write(("x-filler-" + i + ": 0123456789012345678901234567890123456789\r\n").getBytes(UTF_8));
                }
            });
        }
    }

    @Test
    void slowClientsHoldNobodyUp() throws Exception {
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
                socket.getOutputStream().write("POST / HTTP/1.1\r\nContent-Length: 5\r\n".getBytes(UTF_8));
                slow.add(socket);
            }
            assertEquals(200, post("DynamoDB_20120810.ListTables", "{}").statusCode());
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void controlAnswersToThisMachineOnly() throws Exception {
        gateway.control(new Service() {
            @Override
            public String signingName() {
                return "control";
            }

            @Override
            public Response handle(Request request) {
                return Response.ok("text/plain", "here".getBytes(UTF_8));
            }
        });
        assertTrue(raw("Host: localhost:4566").contains(" 200 "));
        assertTrue(raw("Host: 127.0.0.1\r\nOrigin: http://localhost:3000").contains(" 200 "));
        assertTrue(raw("Host: evil.example").contains(" 403 "));
        assertTrue(raw("Host: localhost.evil.example:4566").contains(" 403 "));
        assertTrue(raw("Host: localhost\r\nOrigin: https://evil.example").contains(" 403 "));
        assertTrue(raw("Host: localhost\r\nOrigin: null").contains(" 403 "));
    }

    @Test
    void saysWhichPortIsTakenAndWhatToDo() {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port());
        var error = assertThrows(PortInUseException.class, () -> Gateway.open(address, "us-east-1"));
        assertEquals("port " + gateway.port() + " is in use; choose another with --port PORT", error.getMessage());
    }

    private DynamoDbClient client(String region) {
        return DynamoDbClient.builder()
                .endpointOverride(gateway.endpoint())
                .region(Region.of(region))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDEXAMPLE", "s")))
                .build();
    }

    private HttpRequest.Builder target() {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + "/"))
                .header("X-Amz-Target", "DynamoDB_20120810.ListTables")
                .header("Content-Type", "application/x-amz-json-1.0");
    }

    private HttpResponse<String> post(String target, String body) throws Exception {
        return send(target().setHeader("X-Amz-Target", target).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private String raw(String headers) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("GET /_penstock/health HTTP/1.1\r\n" + headers + "\r\nConnection: close\r\n\r\n")
                            .getBytes(UTF_8));
            return firstLine(socket);
        }
    }

    private static String firstLine(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)).readLine();
    }
}
