package dev.penstock.local.dax;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Encrypted connections and signatures, with the official client on the other side. */
@Timeout(120)
class SecurityTest {
    private static EmbeddedDynamo dynamo;

    @TempDir
    private static Path folder;

    @BeforeAll
    static void startStore() {
        dynamo = new EmbeddedDynamo();
        dynamo.client().putItem(r -> r.tableName("Sessions").item(RawClient.session("secret", "x")));
    }

    @AfterAll
    static void stopStore() {
        dynamo.close();
    }

    private static DaxServer start(DaxSettings settings, AtomicLong nanos) {
        return DaxServer.start(dynamo.client(), settings, InstantSource.system(), Runnable::run, nanos::get);
    }

    private static DaxSettings settings() {
        return DaxSettings.defaults().withPorts(0, DaxSettings.NO_TLS);
    }

    @Test
    void theOfficialClientsReadEncrypted() throws Exception {
        try (DaxServer server =
                start(settings().withPorts(0, 0).withDirectory(folder).withNodes(3), new AtomicLong())) {
            Path trusted = trustStore(server.certificate().orElseThrow());
            String before = System.getProperty("javax.net.ssl.trustStore");
            System.setProperty("javax.net.ssl.trustStore", trusted.toString());
            try (DynamoDbClient sync = DaxClients.sync(server.tlsUrl());
                    DynamoDbAsyncClient async = DaxClients.async(server.tlsUrl())) {
                assertEquals(RawClient.session("secret", "x"), get(sync));
                assertEquals(
                        RawClient.session("secret", "x"),
                        async.getItem(r -> r.tableName("Sessions").key(key()))
                                .join()
                                .item());
            } finally {
                if (before == null) {
                    System.clearProperty("javax.net.ssl.trustStore");
                } else {
                    System.setProperty("javax.net.ssl.trustStore", before);
                }
            }
        }
    }

    @Test
    void aClientThatDoesNotTrustTheCertificateDoesNotConnect() {
        try (DaxServer server = start(settings().withPorts(0, 0).withDirectory(folder), new AtomicLong())) {
            assertThrows(Exception.class, () -> {
                try (DynamoDbClient untrusting = DaxClients.sync(server.tlsUrl())) {
                    get(untrusting);
                }
            });
        }
    }

    @Test
    void theCertificateIsKeptWhileItIsValid() throws IOException {
        Path certificates = folder.resolve("kept");
        Instant now = InstantSource.system().instant();
        byte[] first = Files.readAllBytes(Certificate.in(certificates, now).pem());
        assertArrayEquals(
                first,
                Files.readAllBytes(Certificate.in(certificates, now.plus(Duration.ofDays(300)))
                        .pem()));
        byte[] renewed = Files.readAllBytes(
                Certificate.in(certificates, now.plus(Duration.ofDays(400))).pem());
        assertFalse(Arrays.equals(first, renewed));
    }

    @Test
    void theRightSecretIsLetIn() {
        try (DaxServer server = start(settings().withCredentials(DaxClients.CREDENTIALS), new AtomicLong());
                DynamoDbClient dax = DaxClients.sync(server.url())) {
            assertEquals(RawClient.session("secret", "x"), get(dax));
        }
    }

    @Test
    void aWrongSecretOrAnUnknownKeyIsNot() {
        try (DaxServer server = start(settings().withCredentials(DaxClients.CREDENTIALS), new AtomicLong())) {
            for (DaxCredentials wrong : new DaxCredentials[] {
                new DaxCredentials(DaxClients.CREDENTIALS.accessKeyId(), "another"),
                new DaxCredentials("AKIDOTHER", DaxClients.CREDENTIALS.secretAccessKey())
            }) {
                assertThrows(Exception.class, () -> {
                    try (DynamoDbClient dax = DaxClients.sync(server.url(), wrong)) {
                        get(dax);
                    }
                });
            }
        }
    }

    @Test
    void anUnsignedConnectionIsToldToSign() throws IOException {
        try (DaxServer server = start(settings().withCredentials(DaxClients.CREDENTIALS), new AtomicLong());
                RawClient client = new RawClient(server.port())) {
            assertArrayEquals(
                    new int[] {4, 23, 31, 33}, RawClient.codes(client.call(RawClient.request(Method.ENDPOINTS))));
        }
    }

    @Test
    void withoutASecretEveryoneIsLetIn() {
        try (DaxServer server = start(settings(), new AtomicLong());
                DynamoDbClient dax = DaxClients.sync(server.url(), new DaxCredentials("any", "thing"))) {
            assertEquals(RawClient.session("secret", "x"), get(dax));
        }
    }

    @Test
    void anAuthorizationEndsAfterFiveMinutesAndCanBeRenewed() throws Exception {
        AtomicLong nanos = new AtomicLong();
        try (DaxServer server = start(settings().withCredentials(DaxClients.CREDENTIALS), nanos);
                RawClient client = new RawClient(server.port())) {
            CborWriter endpoints = RawClient.request(Method.ENDPOINTS);
            client.send(authorization());
            assertArrayEquals(new int[0], RawClient.codes(client.call(endpoints)));
            nanos.addAndGet(Duration.ofMinutes(5).toNanos() + 1);
            assertArrayEquals(new int[] {4, 23, 31, 33}, RawClient.codes(client.call(endpoints)));
            client.send(authorization());
            assertArrayEquals(new int[0], RawClient.codes(client.call(endpoints)));
        }
    }

    @Test
    void aSignatureOfAnotherTimeIsRefused() {
        Authorizer authorizer =
                new Authorizer(DaxClients.CREDENTIALS, InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z")));
        String late = "AWS4-HMAC-SHA256\n20260101T000501Z\n20260101/us-east-1/dax/aws4_request\n00";
        assertEquals(DaxErrors.AuthFault.INVALID, authorizer.check(DaxClients.CREDENTIALS.accessKeyId(), "00", late));
    }

    @Test
    void theGoClientSignsItsHostWithTheScheme() throws Exception {
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        Authorizer authorizer = new Authorizer(DaxClients.CREDENTIALS, InstantSource.fixed(now));
        for (String host : new String[] {"https://dax.amazonaws.com", "dax.amazonaws.com", "example.com"}) {
            Signed signed = sign(host, now);
            assertEquals(
                    host.startsWith("example") ? DaxErrors.AuthFault.INVALID : null,
                    authorizer.check(DaxClients.CREDENTIALS.accessKeyId(), signed.signature(), signed.text()),
                    host);
        }
    }

    private record Signed(String text, String signature) {}

    private static Signed sign(String host, Instant now) throws GeneralSecurityException {
        String stamp = now.truncatedTo(ChronoUnit.SECONDS).toString().replaceAll("[-:]", "");
        String day = stamp.substring(0, 8);
        String canonical =
                "POST\n/\n\nhost:" + host + "\nx-amz-date:" + stamp + "\n\nhost;x-amz-date\n" + hex(sha256(""));
        String text =
                "AWS4-HMAC-SHA256\n" + stamp + "\n" + day + "/us-east-1/dax/aws4_request\n" + hex(sha256(canonical));
        byte[] key = ("AWS4" + DaxClients.CREDENTIALS.secretAccessKey()).getBytes(StandardCharsets.UTF_8);
        for (String part : new String[] {day, "us-east-1", "dax", "aws4_request", text}) {
            key = hmac(key, part);
        }
        return new Signed(text, hex(key));
    }

    private static CborWriter authorization() throws GeneralSecurityException {
        Signed signed = sign("dax.amazonaws.com", InstantSource.system().instant());
        return RawClient.request(Method.AUTHORIZE_CONNECTION)
                .text(DaxClients.CREDENTIALS.accessKeyId())
                .text(signed.signature())
                .bytes(signed.text().getBytes(StandardCharsets.UTF_8))
                .nul()
                .nul();
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] sha256(String text) throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static Map<String, AttributeValue> get(DynamoDbClient client) {
        return client.getItem(r -> r.tableName("Sessions").key(key())).item();
    }

    private static Map<String, AttributeValue> key() {
        return Map.of("id", AttributeValue.fromS("secret"));
    }

    private static Path trustStore(Path pem) throws Exception {
        KeyStore trusted = KeyStore.getInstance("JKS");
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(pem)) {
            trusted.setCertificateEntry(
                    "dax", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        Path file = folder.resolve("trusted.jks");
        try (OutputStream out = Files.newOutputStream(file)) {
            trusted.store(out, "unread".toCharArray());
        }
        return file;
    }
}
