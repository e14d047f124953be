package dev.penstock.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.local.clients.Control;
import dev.penstock.local.demo.Tour;
import dev.penstock.local.demo.Verification;
import dev.penstock.local.runtime.LocalRuntime;
import dev.penstock.local.runtime.Options;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The main job on the synthesized stacks, with the real function zip: what {@code scripts/penstock demo} plays. */
class StorefrontIT {

    @Test
    void signUpsAreMailedOrdersAreProjectedSessionsAreArchived() {
        var text = new ByteArrayOutputStream();
        try (var runtime = LocalRuntime.start(Options.inMemory().withAssembly(Stage.local()));
                var control = new Control(runtime.endpoint());
                var out = new PrintStream(text, true, StandardCharsets.UTF_8)) {
            var tables = runtime.clients().of(DynamoDbClient.class).listTables().tableNames();
            assertTrue(tables.containsAll(List.of("Customers", "Sessions", "Orders", "UsageEvents")), "" + tables);

            var tour = new Tour(runtime.clients(), control, new Tour.Size(3, 60, 80, 10, 1), out);
            tour.signUps(); // throws unless there is exactly one mail for each
            tour.ordersAndEvents();
            tour.readBack();
            tour.verify(); // throws unless there are 0 differences
            tour.expiry(); // throws unless all are archived and nobody was mailed again

            // Expired usage events keep their effect; verification counts them from the archive.
            control.advance(Duration.ofDays(8));
            assertEquals(List.of(), new Verification(runtime.clients(), control).run(table -> {}));
        }
        String shown = text.toString(StandardCharsets.UTF_8);
        assertTrue(shown.contains("3 customers, 3 mails to as many addresses"), shown);
        assertTrue(shown.contains("in the table: 0 sessions") && shown.contains("which hold all 10"), shown);
    }
}
