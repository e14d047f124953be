package dev.penstock.local.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.tables.TableNames;
import dev.penstock.lambdas.verify.Retention;
import dev.penstock.lambdas.verify.Retention.Overdue;
import dev.penstock.local.clients.Clients;
import dev.penstock.local.clients.Control;
import dev.penstock.local.demo.ArchivedItems;
import dev.penstock.local.runtime.Options;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** {@code retention}: what the catalog says ought to be gone by now, and is not. */
@Command(
        name = "retention",
        description = {
            "List what ought to be gone by the catalog's retention and is still there; exit code 3 if anything is.",
            "Reads every table that has TTL once, and lists the archive."
        },
        mixinStandardHelpOptions = true)
final class RetentionCommand implements Callable<Integer> {
    private static final int OVERDUE = 3;

    @Option(names = "--endpoint", paramLabel = "URL", description = "of the runtime (default: ${DEFAULT-VALUE})")
    private URI endpoint = URI.create("http://localhost:" + Options.PORT);

    @Option(names = "--json", description = "print what is overdue as a JSON list")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws JsonProcessingException {
        PrintWriter out = spec.commandLine().getOut();
        try (var clients = new Clients(endpoint, "us-east-1");
                var control = new Control(endpoint)) {
            Instant now = control.now();
            List<Overdue> overdue = new Retention(
                            Storefront.catalog(),
                            clients.of(DynamoDbClient.class),
                            new TableNames(""),
                            prefix -> archived(clients.of(S3Client.class), prefix),
                            () -> now)
                    .overdue();
            if (json) {
                out.println(new ObjectMapper()
                        .writeValueAsString(
                                overdue.stream().map(RetentionCommand::row).toList()));
            } else {
                overdue.forEach(one -> out.printf(
                        "  %-24s %-16s %,d, the oldest of %s%n", one.where(), one.reason(), one.count(), one.oldest()));
                out.println(overdue.isEmpty() ? "nothing is overdue at " + now : overdue.size() + " overdue at " + now);
            }
            return overdue.isEmpty() ? 0 : OVERDUE;
        }
    }

    private static List<String> archived(S3Client s3, String prefix) {
        return s3
                .listObjectsV2Paginator(
                        list -> list.bucket(ArchivedItems.BUCKET).prefix(prefix))
                .contents()
                .stream()
                .map(S3Object::key)
                .toList();
    }

    private static Map<String, Object> row(Overdue one) {
        return Map.of(
                "where", one.where(),
                "reason", one.reason().name(),
                "count", one.count(),
                "oldest", one.oldest().toString());
    }
}
