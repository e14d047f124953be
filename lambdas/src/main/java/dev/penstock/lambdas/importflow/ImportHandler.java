package dev.penstock.lambdas.importflow;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import dev.penstock.lambdas.catalog.Environment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * Orders an import, {@code {"task":"import","export":"s3://...","table":"Orders","target":"OrdersCopy"}}, and looks after
 * those under way, {@code {"task":"follow"}}, which a schedule calls.
 */
public final class ImportHandler implements RequestHandler<Map<String, String>, String> {
    private final ImportFlow flow;

    /** Lambda's door. */
    public ImportHandler() {
        this(ImportClients.flow(Environment.ofProcess()));
    }

    public ImportHandler(ImportFlow flow) {
        this.flow = flow;
    }

    @Override
    public String handleRequest(Map<String, String> event, Context context) {
        return switch (event.getOrDefault("task", "")) {
            case "import" -> start(ImportOrder.of(event));
            case "follow" -> String.join("\n", flow.follow());
            default ->
                throw new IllegalArgumentException(
                        "task is '%s': allowed are import, follow".formatted(event.getOrDefault("task", "")));
        };
    }

    private String start(ImportOrder order) {
        try {
            return flow.start(order);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }
}
