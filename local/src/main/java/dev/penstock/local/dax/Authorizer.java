package dev.penstock.local.dax;

import dev.penstock.local.dax.DaxErrors.AuthFault;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Verifies a connection's Signature Version 4: service {@code dax}, POST /, no payload, and as host the fixed name
 * {@code dax.amazonaws.com}, before which the Go client leaves the scheme. Threadsafe.
 */
final class Authorizer {
    /** How long an authorization holds, and how far a client's clock may be off. */
    static final Duration LIFETIME = Duration.ofMinutes(5);

    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final List<String> HOSTS = List.of("dax.amazonaws.com", "https://dax.amazonaws.com");
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final String EMPTY_HASH = hex(sha256(""));

    private final @Nullable DaxCredentials credentials;
    private final InstantSource clientsClock;

    /**
     * @param credentials null accepts everyone
     * @param clientsClock the clock that clients sign by: the machine's, not one that is moved
     */
    Authorizer(@Nullable DaxCredentials credentials, InstantSource clientsClock) {
        this.credentials = credentials;
        this.clientsClock = clientsClock;
    }

    boolean isRequired() {
        return credentials != null;
    }

    /** Null when the authorization is good. */
    @Nullable
    AuthFault check(String accessKeyId, String signature, String stringToSign) {
        if (credentials == null) {
            return null;
        }
        if (!accessKeyId.equals(credentials.accessKeyId())) {
            return AuthFault.UNKNOWN;
        }
        String[] lines = stringToSign.split("\n", -1);
        if (lines.length != 4 || !lines[0].equals(ALGORITHM) || !isRecent(lines[1])) {
            return AuthFault.INVALID;
        }
        String[] scope = lines[2].split("/", -1);
        if (scope.length != 4
                || !lines[1].startsWith(scope[0])
                || !scope[2].equals("dax")
                || !scope[3].equals("aws4_request")
                || HOSTS.stream().noneMatch(host -> lines[3].equals(hex(sha256(canonicalRequest(host, lines[1])))))) {
            return AuthFault.INVALID;
        }
        byte[] key = ("AWS4" + credentials.secretAccessKey()).getBytes(StandardCharsets.UTF_8);
        for (String part : scope) {
            key = hmac(key, part);
        }
        byte[] expected = hex(hmac(key, stringToSign)).getBytes(StandardCharsets.US_ASCII);
        return MessageDigest.isEqual(expected, signature.getBytes(StandardCharsets.UTF_8)) ? null : AuthFault.INVALID;
    }

    private boolean isRecent(String stamp) {
        try {
            Instant signed = Instant.from(STAMP.parse(stamp));
            return Duration.between(signed, clientsClock.instant()).abs().compareTo(LIFETIME) <= 0;
        } catch (DateTimeParseException noStamp) {
            return false;
        }
    }

    private static String canonicalRequest(String host, String stamp) {
        return String.join(
                "\n", "POST", "/", "", "host:" + host, "x-amz-date:" + stamp, "", "host;x-amz-date", EMPTY_HASH);
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
