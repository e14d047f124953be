package dev.penstock.infra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.infra.Assembly.Resource;
import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.catalog.Table;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class ExportStackTest {

    private static final Assembly PROD = Assembly.of("prod");
    private static final List<String> TABLES = Storefront.catalog().tables().stream()
            .filter(table -> table.recoveryDays() > 0)
            .map(Table::name)
            .toList();

    private static Resource bucket(String plain) {
        return PROD.resource(
                "AWS::S3::Bucket",
                "BucketName",
                "penstock-prod-%s-%s-%s".formatted(plain, Assembly.ACCOUNT, Assembly.REGION));
    }

    @Test
    void exportsGoToAVersionedBucketWithTheCustomersKeyThatForgets() {
        JsonNode bucket = bucket("exports").properties();
        assertEquals("Enabled", bucket.at("/VersioningConfiguration/Status").asText());
        assertEquals(
                "aws:kms",
                bucket.at(
                                "/BucketEncryption/ServerSideEncryptionConfiguration/0/ServerSideEncryptionByDefault/SSEAlgorithm")
                        .asText());
        assertEquals(
                90,
                bucket.at("/LifecycleConfiguration/Rules/0/ExpirationInDays").asInt());
        assertTrue(PROD.resources("AWS::S3::BucketPolicy").stream()
                .filter(policy -> policy.stack().endsWith("Exports"))
                .allMatch(policy -> policy.properties().toString().contains("aws:SecureTransport")));
    }

    @Test
    void keptSnapshotsAreLockedForAYear() {
        JsonNode bucket = bucket("audit").properties();
        assertTrue(bucket.path("ObjectLockEnabled").asBoolean());
        JsonNode retention = bucket.at("/ObjectLockConfiguration/Rule/DefaultRetention");
        assertEquals("GOVERNANCE", retention.path("Mode").asText());
        assertEquals(365, retention.path("Days").asInt());
        assertTrue(
                bucket.at("/LifecycleConfiguration/Rules/0/ExpirationInDays").asInt() > 365,
                "nothing expires while it is locked");
    }

    @Test
    void everyTableHasAScheduleOfBothKinds() {
        Set<String> inputs = PROD.resources("AWS::Scheduler::Schedule").stream()
                .filter(schedule -> schedule.stack().endsWith("Exports"))
                .map(schedule -> schedule.properties().at("/Target/Input").asText())
                .collect(Collectors.toSet());
        Set<String> expected = TABLES.stream()
                .flatMap(table -> List.of("FULL", "INCREMENTAL").stream()
                        .map(kind -> "{\"kind\":\"%s\",\"table\":\"%s\",\"task\":\"export\"}".formatted(kind, table)))
                .collect(Collectors.toSet());
        assertEquals(expected, inputs);
    }

    @Test
    void everyTableHasGlueTablesPartitionedByTheirExport() {
        List<JsonNode> tables = PROD.resources("AWS::Glue::Table").stream()
                .map(table -> table.properties().path("TableInput"))
                .toList();
        assertEquals(TABLES.size() * 2, tables.size());
        for (JsonNode table : tables) {
            assertEquals("exported", table.at("/PartitionKeys/0/Name").asText());
            boolean full = table.path("Name").asText().endsWith("_full");
            Set<String> columns = StreamSupport.stream(
                            table.at("/StorageDescriptor/Columns").spliterator(), false)
                    .map(column -> column.path("Name").asText())
                    .collect(Collectors.toSet());
            assertEquals(full ? Set.of("item") : Set.of("keys", "oldimage", "newimage", "metadata"), columns);
        }
    }

    @Test
    void athenaStopsAQueryAtAHundredGigabytesAndHasAQueryForEachTable() {
        JsonNode settings =
                PROD.resources("AWS::Athena::WorkGroup").getFirst().properties().path("WorkGroupConfiguration");
        assertEquals(100L << 30, settings.path("BytesScannedCutoffPerQuery").asLong());
        assertTrue(settings.path("EnforceWorkGroupConfiguration").asBoolean());
        assertEquals(TABLES.size(), PROD.resources("AWS::Athena::NamedQuery").size());
    }

    @Test
    void aFailingTickRaisesAnAlarm() {
        assertTrue(PROD.resources("AWS::CloudWatch::Alarm").stream()
                .filter(alarm -> alarm.stack().endsWith("Exports"))
                .anyMatch(alarm ->
                        alarm.properties().path("AlarmDescription").asText().endsWith("OPERATIONS.md, export failed")));
    }
}
