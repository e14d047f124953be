package dev.penstock.local.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.local.journal.Registry;
import dev.penstock.local.wire.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.dynamodb.model.ExportDescription;
import software.amazon.awssdk.services.dynamodb.model.ExportStatus;
import software.amazon.awssdk.services.dynamodb.model.ExportTableToPointInTimeRequest;

/** An export as the journal keeps it: what was asked, and what DescribeExport answers. */
record ExportRecord(ExportTableToPointInTimeRequest request, ExportDescription description) {
    private static final String PREFIX = "export/";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** As it is stored. */
    private record Stored(JsonNode request, JsonNode description) {}

    static Optional<ExportRecord> find(Registry registry, String arn) {
        return registry.get(PREFIX + arn, Stored.class).map(ExportRecord::of);
    }

    static Stream<ExportRecord> all(Registry registry) {
        return registry.list(PREFIX, Stored.class).values().stream().map(ExportRecord::of);
    }

    private static ExportRecord of(Stored stored) {
        return new ExportRecord(
                Wire.read(stored.request(), ExportTableToPointInTimeRequest.builder()),
                Wire.read(stored.description(), ExportDescription.builder()));
    }

    void save(Registry registry) {
        registry.put(PREFIX + description.exportArn(), new Stored(tree(request), tree(description)));
    }

    private static JsonNode tree(SdkPojo model) {
        try {
            return JSON.readTree(Wire.write(model));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isRunning() {
        return description.exportStatus() == ExportStatus.IN_PROGRESS;
    }

    ExportRecord with(ExportDescription changed) {
        return new ExportRecord(request, changed);
    }
}
