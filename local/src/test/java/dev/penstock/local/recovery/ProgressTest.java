package dev.penstock.local.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.clients.Clients;
import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import java.io.PrintWriter;
import java.io.Writer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.interceptor.Context.AfterExecution;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/** DescribeTable is eventually consistent: soon after a table was asked for it may not be found (API reference). */
class ProgressTest {
    private final PrintWriter out = new PrintWriter(Writer.nullWriter());
    private final AtomicInteger notFound = new AtomicInteger();
    private LocalRuntime runtime;
    private DynamoDbClient client;

    @BeforeEach
    void start() {
        runtime = LocalRuntime.start(Options.inMemory());
        client = DynamoDbClient.builder()
                .endpointOverride(runtime.endpoint())
                .region(Region.of(runtime.region()))
                .credentialsProvider(Clients.CREDENTIALS)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(override -> override.addExecutionInterceptor(new Late()))
                .build();
        client.createTable(table -> table.tableName("Notes")
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(id -> id.attributeName("id").attributeType(ScalarAttributeType.S))
                .keySchema(id -> id.attributeName("id").keyType(KeyType.HASH)));
    }

    @AfterEach
    void stop() {
        client.close();
        runtime.close();
    }

    /** The next answers are those of a replica of the service that has not heard of the table. */
    private final class Late implements ExecutionInterceptor {
        @Override
        public void afterExecution(AfterExecution context, ExecutionAttributes attributes) {
            if (notFound.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw ResourceNotFoundException.builder().message("not yet").build();
            }
        }
    }

    @Test
    void aTableThatIsNotFoundYetIsWaitedFor() {
        notFound.set(3);
        assertEquals(
                TableStatus.ACTIVE,
                new Progress(client, out).awaitActive("Notes").tableStatus());
        assertEquals(0, notFound.get());
    }

    @Test
    void aTableThatIsNotFoundForLongIsGone() {
        notFound.set(Integer.MAX_VALUE);
        var progress = new Progress(client, out, Duration.ofMillis(1));
        var gone = assertThrows(IllegalStateException.class, () -> progress.awaitActive("Notes"));
        assertTrue(gone.getMessage().contains("table Notes was not found"), gone.getMessage());
    }
}
