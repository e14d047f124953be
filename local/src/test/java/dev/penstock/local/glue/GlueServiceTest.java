package dev.penstock.local.glue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.runtime.ServicesUnderTest;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.AlreadyExistsException;
import software.amazon.awssdk.services.glue.model.EntityNotFoundException;
import software.amazon.awssdk.services.glue.model.GlueException;
import software.amazon.awssdk.services.glue.model.InvalidInputException;
import software.amazon.awssdk.services.glue.model.PartitionInput;

class GlueServiceTest {
    private final ServicesUnderTest services = new ServicesUnderTest();
    private final GlueClient glue = services.client(GlueClient.class);

    @BeforeEach
    void create() {
        glue.createDatabase(r -> r.databaseInput(d -> d.name("lake")));
        glue.createTable(r -> r.databaseName("lake")
                .tableInput(t -> t.name("orders")
                        .partitionKeys(
                                k -> k.name("day").type("string"),
                                k -> k.name("region").type("string"))
                        .storageDescriptor(s -> s.location("s3://lake/orders/"))));
    }

    @AfterEach
    void close() {
        services.close();
    }

    @Test
    void keepsTablesAndPartitions() {
        assertEquals(
                "s3://lake/orders/",
                glue.getTable(r -> r.databaseName("lake").name("orders"))
                        .table()
                        .storageDescriptor()
                        .location());
        glue.createPartition(
                r -> r.databaseName("lake").tableName("orders").partitionInput(partition("2026-06-01", "eu")));
        var batch = glue.batchCreatePartition(r -> r.databaseName("lake")
                .tableName("orders")
                .partitionInputList(
                        partition("2026-06-01", "eu"), partition("2026-06-01", "us"), partition("2026-06-02", "eu")));
        assertEquals(List.of("2026-06-01", "eu"), batch.errors().getFirst().partitionValues());
        var found = glue.getPartitions(
                r -> r.databaseName("lake").tableName("orders").expression("day = '2026-06-01' AND region='us'"));
        assertEquals(List.of("2026-06-01", "us"), found.partitions().getFirst().values());
        assertEquals(
                3,
                glue.getPartitions(r -> r.databaseName("lake").tableName("orders"))
                        .partitions()
                        .size());
        glue.deletePartition(r -> r.databaseName("lake").tableName("orders").partitionValues("2026-06-02", "eu"));
        assertThrows(
                EntityNotFoundException.class,
                () -> glue.getPartition(
                        r -> r.databaseName("lake").tableName("orders").partitionValues("2026-06-02", "eu")));
        glue.deleteTable(r -> r.databaseName("lake").name("orders"));
        assertTrue(glue.getTables(r -> r.databaseName("lake")).tableList().isEmpty());
    }

    @Test
    void refusesBadInput() {
        assertThrows(
                AlreadyExistsException.class, () -> glue.createDatabase(r -> r.databaseInput(d -> d.name("lake"))));
        assertThrows(EntityNotFoundException.class, () -> glue.getTables(r -> r.databaseName("sea")));
        assertThrows(
                InvalidInputException.class,
                () -> glue.createPartition(
                        r -> r.databaseName("lake").tableName("orders").partitionInput(p -> p.values("2026-06-01"))));
        glue.createPartition(
                r -> r.databaseName("lake").tableName("orders").partitionInput(partition("2026-06-01", "eu")));
        assertEquals(
                501,
                assertThrows(
                                GlueException.class,
                                () -> glue.getPartitions(r -> r.databaseName("lake")
                                        .tableName("orders")
                                        .expression("day > '2026'")))
                        .statusCode());
        assertEquals(
                501,
                assertThrows(GlueException.class, () -> glue.listCrawlers(r -> {}))
                        .statusCode());
    }

    private static PartitionInput partition(String... values) {
        return PartitionInput.builder().values(values).build();
    }
}
