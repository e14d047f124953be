package dev.penstock.local.dax;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateExpiredException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A key and its self-signed certificate for 127.0.0.1, ::1 and localhost, made by the running JDK's own keytool: the
 * JDK has no public class that builds a certificate. Clients trust {@link #pem()}.
 *
 * @param pem the certificate alone, for clients to trust
 */
record Certificate(SSLContext context, Path pem) {
    private static final String ALIAS = "penstock-dax";
    /** Guards nothing: the key is for this machine only, and the file is its owner's. */
    private static final String PASSWORD = "penstock";

    private static final int VALID_DAYS = 397;
    private static final int SECONDS = 60;

    /** Uses the certificate in the folder while it is valid, else makes a new one there; one caller at a time. */
    static synchronized Certificate in(@Nullable Path folder, Instant now) {
        try {
            Path directory =
                    folder == null ? Files.createTempDirectory("penstock-dax-") : Files.createDirectories(folder);
            Path store = directory.resolve("dax.p12");
            Path pem = directory.resolve("dax.pem");
            if (!Files.exists(pem) || !Files.exists(trustStore(directory)) || !isValid(store, now)) {
                Files.deleteIfExists(store);
                Files.deleteIfExists(pem);
                make(store, pem);
                trust(store, trustStore(directory));
            }
            return new Certificate(context(load(store)), pem);
        } catch (IOException e) {
            throw new UncheckedIOException("no TLS certificate for DAX: " + e.getMessage(), e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no TLS certificate for DAX: " + e.getMessage(), e);
        }
    }

    /** In the folder: what a JVM that is to reach this server trusts. */
    static Path trustStore(Path directory) {
        return directory.resolve("trust.p12");
    }

    /** Adds the certificate to what the JDK trusts anyway: a trust store that is named takes the place of the JDK's. */
    private static void trust(Path store, Path trusted) throws IOException, GeneralSecurityException {
        Path usual = Path.of(System.getProperty("java.home"), "lib", "security", "cacerts");
        KeyStore certificates = KeyStore.getInstance(usual.toFile(), (char[]) null);
        certificates.setCertificateEntry(ALIAS, load(store).getCertificate(ALIAS));
        KeyStore all = KeyStore.getInstance("PKCS12");
        all.load(null, null);
        for (String alias : Collections.list(certificates.aliases())) {
            all.setCertificateEntry(alias, certificates.getCertificate(alias));
        }
        try (var out = Files.newOutputStream(trusted)) {
            all.store(out, PASSWORD.toCharArray());
        }
    }

    private static boolean isValid(Path store, Instant now) throws IOException, GeneralSecurityException {
        if (!Files.exists(store)) {
            return false;
        }
        try {
            ((X509Certificate) load(store).getCertificate(ALIAS)).checkValidity(Date.from(now));
            return true;
        } catch (CertificateExpiredException expired) {
            return false;
        }
    }

    private static KeyStore load(Path store) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        return keys;
    }

    private static SSLContext context(KeyStore keys) throws GeneralSecurityException {
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private static void make(Path store, Path pem) throws IOException {
        keytool(
                List.of("-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=localhost,O=Penstock"),
                List.of("-validity", String.valueOf(VALID_DAYS), "-ext", "SAN=dns:localhost,ip:127.0.0.1,ip:::1"),
                List.of("-storetype", "PKCS12", "-keystore", store.toString()));
        keytool(List.of("-exportcert", "-rfc", "-file", pem.toString(), "-keystore", store.toString()));
        if (!store.toFile().setReadable(false, false) || !store.toFile().setReadable(true, true)) {
            throw new IOException("can't keep " + store + " to its owner");
        }
    }

    @SafeVarargs
    private static void keytool(List<String>... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        for (List<String> part : arguments) {
            command.addAll(part);
        }
        command.addAll(List.of("-alias", ALIAS, "-storepass", PASSWORD));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(command.getFirst() + " took more than " + SECONDS + " s");
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while making a certificate", e);
        }
        if (process.exitValue() != 0) {
            throw new IOException(command.getFirst() + " ended with " + process.exitValue());
        }
    }
}
