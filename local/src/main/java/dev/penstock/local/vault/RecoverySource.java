package dev.penstock.local.vault;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.local.journal.Document;
import dev.penstock.local.wire.Wire;
import java.util.Map;
import software.amazon.awssdk.services.backup.model.DescribeRecoveryPointResponse;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/** The table and the tags that a recovery point was made of: what a restore makes the new table like. */
record RecoverySource(TableDescription table, Map<String, String> tags) {

    private record Written(JsonNode table, Map<String, String> tags) {}

    static RecoverySource of(VaultRegion region, DescribeRecoveryPointResponse point) {
        Written document = region.documents().task(name(point), Written.class).orElseThrow();
        return new RecoverySource(Wire.read(document.table(), TableDescription.builder()), document.tags());
    }

    Document document(DescribeRecoveryPointResponse point) {
        return Documents.document(name(point), new Written(Documents.json(table), tags));
    }

    private static String name(DescribeRecoveryPointResponse point) {
        return "source/" + VaultRegion.id(point);
    }
}
