package dev.penstock.infra;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * The context in cdk.json. Only the CDK command line passes it to an app; an app that is started otherwise, by a test
 * for example, would silently get other defaults for dozens of feature flags.
 */
final class CdkJson {

    private static final ObjectMapper JSON = new ObjectMapper();

    private CdkJson() {}

    static Map<String, Object> context(Path cdkJson) {
        return JSON.convertValue(read(cdkJson).path("context"), new TypeReference<TreeMap<String, Object>>() {});
    }

    static JsonNode read(Path file) {
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException("can't read %s: run from the root of the repository".formatted(file), e);
        }
    }
}
