package dev.penstock.local.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.functions.TestHandlers;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.lambda.model.FunctionUrlAuthType;
import software.amazon.awssdk.services.lambda.model.ResourceConflictException;

/** Function URLs over plain sockets. */
@Timeout(120)
class FunctionUrlTest {
    @TempDir
    Path folder;

    private LocalLambda local;

    @BeforeEach
    void start() throws Exception {
        local = new LocalLambda(folder, (function, stream, line) -> {});
    }

    @AfterEach
    void stop() {
        local.close();
    }

    @Test
    void aFunctionUrlPassesHttpOn() throws Exception {
        local.create("f", TestHandlers.Http.class, request -> {});
        String address = local.lambda
                .createFunctionUrlConfig(request -> request.functionName("f").authType(FunctionUrlAuthType.NONE))
                .functionUrl();
        assertTrue(
                address.matches(
                        "http://[0-9a-f]{32}\\.lambda-url\\.eu-central-1\\.localhost:" + local.gateway.port() + "/"),
                address);
        assertEquals(
                address,
                local.lambda
                        .getFunctionUrlConfig(request -> request.functionName("f"))
                        .functionUrl());
        assertThrows(
                ResourceConflictException.class,
                () -> local.lambda.createFunctionUrlConfig(
                        request -> request.functionName("f").authType(FunctionUrlAuthType.NONE)));
        String answer = http(address, "POST /orders/7?a=1&a=2&b=%20 HTTP/1.1", "body text");
        assertTrue(answer.startsWith("HTTP/1.1 201"), answer);
        assertTrue(answer.contains("x-seen: POST /orders/7 a=1&a=2&b=%20"), answer);
        assertTrue(answer.endsWith("body text"), answer);
        local.lambda.deleteFunctionUrlConfig(request -> request.functionName("f"));
        assertTrue(http(address, "GET / HTTP/1.1", "").startsWith("HTTP/1.1 404"));
    }

    @Test
    void aFunctionUrlWithIamRefusesUnsignedRequests() throws Exception {
        local.create("f", TestHandlers.Http.class, request -> {});
        String address = local.lambda
                .createFunctionUrlConfig(request -> request.functionName("f").authType(FunctionUrlAuthType.AWS_IAM))
                .functionUrl();
        assertTrue(http(address, "GET / HTTP/1.1", "").startsWith("HTTP/1.1 403"));
    }

    /** A plain socket, because names under localhost resolve on some systems only. */
    private String http(String address, String start, String body) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), local.gateway.port())) {
            socket.setSoTimeout(60_000);
            String request = start + "\r\nHost: " + URI.create(address).getAuthority()
                    + "\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: " + body.length()
                    + "\r\n\r\n" + body;
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .replace("X-seen", "x-seen");
        }
    }
}
