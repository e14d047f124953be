package dev.penstock.infra;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A lookup, of zones for example, would need credentials to synthesize. */
class NoLookupsTest {

    @ParameterizedTest
    @ValueSource(strings = {"local", "dev", "prod", "prod-dax", "prod-away"})
    void synthesizesWithoutCredentials(String stage) {
        var manifest = CdkJson.read(Assembly.of(stage).directory().resolve(Path.of("manifest.json")));

        assertFalse(manifest.has("missing"), manifest.path("missing")::toString);
    }
}
