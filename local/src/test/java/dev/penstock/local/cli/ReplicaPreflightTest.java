package dev.penstock.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;

/** What {@code scripts/penstock deploy} asks an account, which the local runtime plays here. */
class ReplicaPreflightTest {
    private static final String PREFIX = "penstock-prod-";
    private static final String TABLE = PREFIX + "Customers";

    private LocalRuntime account;
    private DynamoDbClient client;

    @BeforeEach
    void open() {
        account = LocalRuntime.start(Options.inMemory());
        client = account.clients().of(DynamoDbClient.class);
    }

    @AfterEach
    void close() {
        account.close();
    }

    @Test
    void firstDeploymentMakesAllReplicasAtOnce() {
        assertEquals(List.of(), problems(Storefront.catalog(), "us-west-2", "eu-west-1"));
    }

    @Test
    void oneReplicaMoreOrLessIsFine() {
        create();
        assertEquals(List.of(), problems(Storefront.catalog(), "us-west-2"));
        replicate("us-west-2");
        assertEquals(List.of(), problems(Storefront.catalog(), "us-west-2"));
        assertEquals(List.of(), problems(Storefront.catalog(), "us-west-2", "eu-west-1"));
        assertEquals(List.of(), problems(Storefront.catalog()));
    }

    @Test
    void twoAtOnceAreRefusedWithTheNextStep() {
        create();
        assertEquals(
                List.of(
                        "table penstock-prod-Customers is in [us-east-1]; the settings want [eu-west-1, us-east-1, us-west-2]: one replica is added or removed in a deployment, so deploy first with replicaRegions [eu-west-1]"),
                problems(Storefront.catalog(), "us-west-2", "eu-west-1"));
        replicate("us-west-2");
        String swap = problems(Storefront.catalog(), "eu-west-1").getFirst();
        assertTrue(swap.endsWith("so deploy first with replicaRegions []"), swap);
    }

    @Test
    void replicasOfAStronglyConsistentTableCantBeChanged() {
        create();
        Catalog catalog = new Catalog(
                List.of(Table.named("Customers")
                        .key("id")
                        .replicated(Table.Replicas.STRONG)
                        .build()),
                List.of(),
                List.of(),
                List.of());
        assertTrue(problems(catalog, "us-west-2").getFirst().endsWith("its replicas can't be changed"));
    }

    @Test
    void settingsAreThoseOfTheStage(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(
                folder.resolve("cdk.json"),
                "{\"context\":{\"penstock:dev\":{},\"penstock:prod\":{\"replicaRegions\":[\"us-west-2\",\"eu-west-1\"]}}}");
        assertEquals(List.of("us-west-2", "eu-west-1"), ReplicaPreflight.replicaRegions(file, "prod"));
        assertEquals(List.of(), ReplicaPreflight.replicaRegions(file, "dev"));
    }

    private List<String> problems(Catalog catalog, String... replicas) {
        return new ReplicaPreflight(catalog, PREFIX, "us-east-1", List.of(replicas)).problems(client);
    }

    private void create() {
        client.createTable(table -> table.tableName(TABLE)
                .attributeDefinitions(id -> id.attributeName("id").attributeType(ScalarAttributeType.S))
                .keySchema(id -> id.attributeName("id").keyType(KeyType.HASH))
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .streamSpecification(
                        stream -> stream.streamEnabled(true).streamViewType(StreamViewType.NEW_AND_OLD_IMAGES)));
    }

    private void replicate(String region) {
        client.updateTable(update ->
                update.tableName(TABLE).replicaUpdates(replica -> replica.create(create -> create.regionName(region))));
    }
}
