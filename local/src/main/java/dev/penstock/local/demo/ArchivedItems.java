package dev.penstock.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.tables.ExpiredItems;
import dev.penstock.lambdas.tables.Items;
import dev.penstock.local.wire.Wire;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.s3.S3Client;

/** Items that TTL deleted, read back from the archive bucket; an item archived twice is given once. */
public record ArchivedItems(S3Client s3, String bucket) implements ExpiredItems {
    /** The archive bucket of stage local. */
    public static final String BUCKET = "penstock-archive";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Override
    public void forEach(Table table, Consumer<Map<String, Value>> item) {
        var retention = table.retention();
        if (retention == null) {
            return;
        }
        Set<String> seen = new HashSet<>();
        s3.listObjectsV2Paginator(list -> list.bucket(bucket).prefix(retention.archivePrefix())).contents().stream()
                .forEach(object -> read(object.key(), seen, item));
    }

    private void read(String key, Set<String> seen, Consumer<Map<String, Value>> item) {
        try (var lines = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(s3.getObject(get -> get.bucket(bucket).key(key))), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode tree = MAPPER.readTree(line);
                if (seen.add(tree.path("label").asText()
                        + tree.path("sequenceNumber").asText())) {
                    item.accept(Items.fromSdk(
                            Wire.read(tree, GetItemResponse.builder()).item()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the archived object " + key + " can't be read", e);
        }
    }
}
