package dev.penstock.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.local.clients.Control;
import dev.penstock.local.demo.StorefrontData;
import dev.penstock.local.demo.Verification;
import dev.penstock.local.junit.PenstockExtension;
import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;
import picocli.CommandLine;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The storefront on its synthesized stacks, started once for all tests of a class. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class RunningStorefront {
    @RegisterExtension
    static final PenstockExtension PENSTOCK =
            new PenstockExtension(Options.inMemory().withAssembly(Stage.local()));

    private final long seed;
    private final int customers;
    LocalRuntime runtime;
    Control control;
    DynamoDbClient dynamoDb;
    StorefrontData data;

    /** @param seed of the generated items, so that classes don't share keys */
    RunningStorefront(long seed, int customers) {
        this.seed = seed;
        this.customers = customers;
    }

    @BeforeAll
    void start(LocalRuntime started, DynamoDbClient client) {
        runtime = started;
        control = new Control(runtime.endpoint());
        dynamoDb = client;
        data = new StorefrontData(seed, control.now(), customers);
    }

    @AfterAll
    void stop() {
        if (control != null) {
            control.close();
        }
    }

    final void put(String table, Map<String, AttributeValue> item) {
        dynamoDb.putItem(put -> put.tableName(table).item(item));
    }

    final boolean settled() {
        return control.get("settled").path("settled").asBoolean();
    }

    final List<?> differences() {
        return new Verification(runtime.clients(), control).run(table -> {});
    }

    /**
     * Runs a command of {@code scripts/penstock} against this storefront.
     *
     * @param code the exit code it must have; negative for any
     * @return what it printed, the message of its failure included
     */
    final String run(int code, Object command, String... arguments) {
        var text = new StringWriter();
        var all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--endpoint", runtime.endpoint().toString()));
        var printed = new PrintWriter(text, true);
        int exit = new CommandLine(command)
                .setOut(printed)
                .setErr(printed)
                .setExecutionExceptionHandler((failure, commandLine, parsed) -> {
                    text.write(String.valueOf(failure.getMessage()));
                    return 1;
                })
                .execute(all.toArray(String[]::new));
        if (code >= 0) {
            assertEquals(code, exit, text.toString());
        }
        return text.toString();
    }
}
