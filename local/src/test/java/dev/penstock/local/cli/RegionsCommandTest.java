package dev.penstock.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;

class RegionsCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private LocalRuntime runtime;

    @BeforeEach
    void open() {
        runtime = LocalRuntime.start(Options.inMemory());
        var client = runtime.clients().of(DynamoDbClient.class);
        client.createTable(table -> table.tableName("Notes")
                .attributeDefinitions(id -> id.attributeName("id").attributeType(ScalarAttributeType.S))
                .keySchema(id -> id.attributeName("id").keyType(KeyType.HASH))
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .streamSpecification(
                        stream -> stream.streamEnabled(true).streamViewType(StreamViewType.NEW_AND_OLD_IMAGES)));
        client.updateTable(update -> update.tableName("Notes")
                .replicaUpdates(replica -> replica.create(create -> create.regionName("eu-west-1"))));
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    @Test
    void showsCutsHealsAndSlowsDown() {
        assertEquals(0, run());
        assertTrue(out.toString().contains("eu-west-1        healed  delay PT0S"), out::toString);
        assertEquals(0, run("eu-west-1", "--cut"));
        assertTrue(out.toString().contains("eu-west-1        cut     delay PT0S"), out::toString);
        assertTrue(out.toString().contains("us-east-1        healed  delay PT0S"), out::toString);
        assertEquals(0, run("eu-west-1", "--heal", "--delay", "PT2S"));
        assertTrue(out.toString().contains("eu-west-1        healed  delay PT2S"), out::toString);
        assertEquals(0, run("--merging", "true"));
        assertTrue(out.toString().contains("waiting changes are merged"), out::toString);
    }

    @Test
    void saysWhatIsWrong() {
        assertEquals(1, run("--cut"));
        assertTrue(err.toString().contains("name the region to change"), err::toString);
        assertEquals(1, run("mars-east-1", "--cut"));
        assertTrue(err.toString().contains("regions with replicas: [eu-west-1, us-east-1]"), err::toString);
        assertEquals(2, run("eu-west-1", "--cut", "--heal"));
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        List<String> all = new ArrayList<>(
                List.of("regions", "--endpoint", runtime.endpoint().toString()));
        all.addAll(List.of(arguments));
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
    }
}
