package dev.penstock.local.lambda;

import dev.penstock.local.gateway.AwsError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;

/** A function's zip, kept in a file that is named by its digest. */
record FunctionCode(Path file, long size, String sha256) {

    /**
     * Takes the code from the request or from S3.
     *
     * @throws AwsError InvalidParameterValueException (400) when there is none, or S3 does not have it
     */
    static FunctionCode take(
            Path folder,
            CodeObjects objects,
            String region,
            @Nullable SdkBytes zip,
            @Nullable String bucket,
            @Nullable String key) {
        if (zip != null) {
            return keep(folder, zip.asByteArrayUnsafe());
        }
        if (bucket == null || key == null) {
            throw invalid("Please provide a source for function code.");
        }
        try {
            return keep(folder, objects.read(region, bucket, key));
        } catch (SdkException e) {
            throw invalid("Error occurred while GetObject. S3 Error Message: " + e.getMessage());
        }
    }

    private static FunctionCode keep(Path folder, byte[] zip) {
        if (zip.length < 4 || zip[0] != 'P' || zip[1] != 'K') {
            throw invalid("Could not unzip uploaded file. Please check your file, then try to upload again.");
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(zip);
            Path file = folder.resolve(HexFormat.of().formatHex(digest) + ".zip");
            if (!Files.exists(file)) {
                Files.createDirectories(folder);
                Path draft = Files.createTempFile(folder, ".draft", "");
                Files.write(draft, zip);
                Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
            return new FunctionCode(file, zip.length, Base64.getEncoder().encodeToString(digest));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep function code in " + folder, e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static AwsError invalid(String message) {
        return new AwsError(400, "InvalidParameterValueException", message, Map.of("Type", "User"));
    }
}
