package dev.penstock.lambdas.importflow;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.penstock.lambdas.catalog.Environment;
import dev.penstock.lambdas.export.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Transforms one part file: a message {@code {"job":"...","part":3}} each. What fails is delivered again. */
public final class ImportPartHandler implements RequestHandler<SQSEvent, String> {
    private final ImportFlow flow;

    /** Lambda's door. */
    public ImportPartHandler() {
        this(ImportClients.flow(Environment.ofProcess()));
    }

    public ImportPartHandler(ImportFlow flow) {
        this.flow = flow;
    }

    /** The message that {@link #handleRequest} reads. */
    public static String message(String job, int part) {
        return "{\"job\":\"%s\",\"part\":%d}".formatted(job, part);
    }

    @Override
    public String handleRequest(SQSEvent event, Context context) {
        for (SQSEvent.SQSMessage message : event.getRecords()) {
            Map<String, @Nullable Object> body = Json.parseObject(message.getBody());
            if (!(body.get("job") instanceof String job) || !(body.get("part") instanceof BigDecimal part)) {
                throw new IllegalArgumentException(
                        "message is %s: allowed is {\"job\":\"...\",\"part\":3}".formatted(message.getBody()));
            }
            try {
                flow.part(job, part.intValueExact());
            } catch (IOException e) {
                throw new UncheckedIOException(e.getMessage(), e);
            }
        }
        return "done";
    }
}
