package dev.penstock.local.imports;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.local.journal.Registry;
import dev.penstock.local.wire.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.model.ImportStatus;
import software.amazon.awssdk.services.dynamodb.model.ImportTableDescription;

/** An import as the journal keeps it: what DescribeImport answers. */
record ImportRecord(ImportTableDescription description) {
    private static final String PREFIX = "import/";
    private static final ObjectMapper JSON = new ObjectMapper();

    static Optional<ImportRecord> find(Registry registry, String arn) {
        return registry.get(PREFIX + arn, JsonNode.class).map(ImportRecord::of);
    }

    static Stream<ImportRecord> all(Registry registry) {
        return registry.list(PREFIX, JsonNode.class).values().stream().map(ImportRecord::of);
    }

    private static ImportRecord of(JsonNode stored) {
        return new ImportRecord(Wire.read(stored, ImportTableDescription.builder()));
    }

    void save(Registry registry) {
        try {
            registry.put(PREFIX + description.importArn(), JSON.readTree(Wire.write(description)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isRunning() {
        return description.importStatus() == ImportStatus.IN_PROGRESS;
    }
}
