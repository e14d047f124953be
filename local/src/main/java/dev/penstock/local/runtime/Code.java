package dev.penstock.local.runtime;

import dev.penstock.local.assembly.CloudAssembly;
import dev.penstock.local.lambda.CodeObjects;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Function code by its place in S3. The assets of the cloud assembly are read from where synthesis put them: there is no
 * bootstrap bucket here to publish them to.
 */
final class Code implements CodeObjects {
    private final Map<String, Path> assets;
    private final Function<String, S3Client> s3;

    Code(@Nullable CloudAssembly assembly, Function<String, S3Client> s3) {
        this.assets = assembly == null ? Map.of() : assembly.assets();
        this.s3 = s3;
    }

    @Override
    public byte[] read(String region, String bucket, String key) {
        Path asset = assets.get(key);
        if (asset == null) {
            return s3.apply(region)
                    .getObjectAsBytes(get -> get.bucket(bucket).key(key))
                    .asByteArray();
        }
        try {
            return Files.readAllBytes(asset);
        } catch (IOException e) {
            throw new UncheckedIOException("the asset " + asset + " can't be read: start again to synthesize anew", e);
        }
    }
}
