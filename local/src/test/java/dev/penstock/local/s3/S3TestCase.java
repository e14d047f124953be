package dev.penstock.local.s3;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.penstock.local.gateway.LocalClients;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** S3 in memory behind a gateway, with the official client in front. */
abstract class S3TestCase {
    final ObjectStore store = ObjectStore.inMemory(InstantSource.fixed(Instant.parse("2026-06-01T12:00:00Z")));
    final LocalClients clients = new LocalClients(new S3Service(store));
    final S3Client s3 = clients.of(S3Client.builder());

    @AfterEach
    void close() {
        s3.close();
        clients.close();
        store.close();
    }

    HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(clients.gateway().endpoint().resolve(path))
                    .method(method, HttpRequest.BodyPublishers.ofString(body));
            if (headers.length > 0) {
                request.headers(headers);
            }
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    static String code(Runnable action) {
        return assertThrows(S3Exception.class, action::run).awsErrorDetails().errorCode();
    }
}
