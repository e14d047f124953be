package dev.penstock.local.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** How S3 is asked: hosts, presigned URLs, errors, malformed bodies. */
class S3RequestsTest extends S3TestCase {
    @Test
    void findsTheBucketInTheHost() throws Exception {
        s3.createBucket(r -> r.bucket("photos"));
        s3.putObject(r -> r.bucket("photos").key("k"), RequestBody.fromString("x"));
        try (var socket =
                new Socket(InetAddress.getLoopbackAddress(), clients.gateway().port())) {
            socket.getOutputStream()
                    .write("GET /k HTTP/1.1\r\nHost: photos.s3.localhost:4566\r\nConnection: close\r\n\r\n"
                            .getBytes(UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
            assertTrue(answer.startsWith("HTTP/1.1 200") && answer.endsWith("x"), answer);
        }
    }

    @Test
    void servesPresignedUrls() throws Exception {
        s3.createBucket(r -> r.bucket("photos"));
        s3.putObject(r -> r.bucket("photos").key("k"), RequestBody.fromString("x"));
        try (S3Presigner presigner = S3Presigner.builder()
                        .endpointOverride(clients.gateway().endpoint())
                        .region(Region.US_EAST_1)
                        .serviceConfiguration(S3Configuration.builder()
                                .pathStyleAccessEnabled(true)
                                .build())
                        .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")))
                        .build();
                HttpClient http = HttpClient.newHttpClient()) {
            URI url = presigner
                    .presignGetObject(r -> r.signatureDuration(Duration.ofHours(1))
                            .getObjectRequest(g -> g.bucket("photos").key("k")))
                    .url()
                    .toURI();
            assertEquals(
                    "x",
                    http.send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString())
                            .body());
        }
    }

    @Test
    void answersErrorsOfS3() {
        assertThrows(NoSuchBucketException.class, () -> s3.listObjectsV2(r -> r.bucket("nowhere")));
        s3.createBucket(r -> r.bucket("photos"));
        s3.putObject(r -> r.bucket("photos").key("k"), RequestBody.fromString("x"));
        assertEquals("BucketNotEmpty", code(() -> s3.deleteBucket(r -> r.bucket("photos"))));
        assertEquals(
                "InvalidRange",
                code(() -> s3.getObjectAsBytes(r -> r.bucket("photos").key("k").range("bytes=5-6"))));
        assertEquals(
                "KeyTooLongError",
                code(() -> s3.putObject(r -> r.bucket("photos").key("x".repeat(1025)), RequestBody.empty())));
        assertEquals(
                "MetadataTooLarge",
                code(() -> s3.putObject(
                        r -> r.bucket("photos").key("y").metadata(Map.of("m", "x".repeat(3000))),
                        RequestBody.empty())));
        var acl = assertThrows(
                S3Exception.class,
                () -> s3.putObjectAcl(r -> r.bucket("photos").key("k").acl("private")));
        assertEquals(501, acl.statusCode());
        assertEquals("x", s3.getObjectAsBytes(r -> r.bucket("photos").key("k")).asUtf8String());
    }

    @Test
    void refusesMalformedXmlAndChunks() throws Exception {
        s3.createBucket(r -> r.bucket("photos"));
        assertEquals(400, send("POST", "/photos?delete", "<Delete><Object>").statusCode());
        assertEquals(400, send("PUT", "/photos?versioning", "no xml").statusCode());
        assertEquals(
                400,
                send(
                                "POST",
                                "/photos?delete",
                                "<!DOCTYPE d [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><Delete><Object><Key>&e;</Key></Object></Delete>")
                        .statusCode());
        assertEquals(
                400,
                send("PUT", "/photos/k", "zz\r\nbroken", "Content-Encoding", "aws-chunked")
                        .statusCode());
        assertEquals(
                400,
                send("PUT", "/photos/k", "5\r\nab", "Content-Encoding", "aws-chunked")
                        .statusCode());
        assertEquals(400, send("PUT", "/photos/k?partNumber=x&uploadId=y", "").statusCode());
        assertTrue(send("PUT", "/Not_A_Bucket", "").body().contains("InvalidBucketName"));
        assertEquals(501, send("PUT", "/photos?website", "<a/>").statusCode());
        assertTrue(store.list("photos", "").isEmpty());
    }
}
