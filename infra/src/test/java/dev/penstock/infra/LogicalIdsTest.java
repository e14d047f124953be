package dev.penstock.infra;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * A resource that gets another logical id is deleted and made anew. For what holds data that must not happen by a rename in
 * the code: its ids are frozen in {@code frozen-ids.txt}. Lines may be added, never changed.
 */
class LogicalIdsTest {

    private static final Path FROZEN = Path.of("infra/src/test/resources/frozen-ids.txt");
    private static final Set<String> STATEFUL = Set.of(
            "AWS::DynamoDB::GlobalTable",
            "AWS::S3::Bucket",
            "AWS::KMS::Key",
            "AWS::KMS::ReplicaKey",
            "AWS::Backup::BackupVault",
            "AWS::SES::EmailIdentity");

    @Test
    void statefulResourcesKeepTheirIds() throws IOException {
        var ids = Assembly.of("prod").resources().stream()
                .filter(resource -> STATEFUL.contains(resource.type()))
                .map(resource -> "%s %s/%s".formatted(resource.type(), resource.stack(), resource.id()))
                .sorted()
                .toList();
        if (Boolean.getBoolean("golden.rewrite")) {
            var frozen = new TreeSet<>(ids);
            frozen.addAll(Files.exists(FROZEN) ? Files.readAllLines(FROZEN) : List.of());
            Files.write(FROZEN, frozen);
        }

        List<String> gone = Files.readAllLines(FROZEN);
        gone.removeAll(ids);
        assertEquals(List.of(), gone, "resources with data that a deployment would delete");
        assertEquals(
                ids.stream().sorted().toList(),
                Files.readAllLines(FROZEN).stream().sorted().toList(),
                "scripts/golden.sh adds new ids to " + FROZEN);
    }
}
