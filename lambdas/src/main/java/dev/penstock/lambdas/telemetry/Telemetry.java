package dev.penstock.lambdas.telemetry;

import dev.penstock.lambdas.item.ItemJson;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;

/**
 * One JSON object per line: log lines, and metrics in CloudWatch embedded metric format, which CloudWatch Logs turns
 * into metrics of namespace {@value #NAMESPACE} by consumer. Log lines never hold attribute values.
 */
public final class Telemetry {
    /** Namespace of all metrics that handlers write. */
    public static final String NAMESPACE = "Penstock";

    /** Names of the metrics; each is a count. */
    public enum Metric {
        /** Records read. */
        Records,
        /** Items whose effects were written. */
        Applied,
        /** Changes that were already applied, or overtaken by a later one. */
        Stale,
        /** Records in the failure bucket. */
        Poison,
        /** Modifications or user deletes of a source that is declared append-only. */
        NotAppendOnly,
        /** Batches that ended early and are delivered again from there. */
        Transient,
        /** Mails handed to SES. */
        MailsSent,
        /** Claims whose mail may or may not have been sent; see the list of unconfirmed claims. */
        MailsUnconfirmed,
        /** Expired items written to the archive. */
        Archived,
        /** Writes of one item from two places, of which the later one won. */
        Conflicts
    }

    private final String consumer;
    private final PrintStream out;
    private final InstantSource clock;

    public Telemetry(String consumer, PrintStream out, InstantSource clock) {
        this.consumer = consumer;
        this.out = out;
        this.clock = clock;
    }

    /** Of a running function. */
    public static Telemetry ofProcess(String consumer) {
        return new Telemetry(consumer, System.out, InstantSource.system());
    }

    /** For callers that want no lines, such as tools that print their own. */
    public static Telemetry silent() {
        return new Telemetry(
                "none",
                new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                InstantSource.system());
    }

    public String consumer() {
        return consumer;
    }

    public void info(String message, Map<String, String> fields) {
        line("INFO", message, fields);
    }

    public void warn(String message, Map<String, String> fields) {
        line("WARN", message, fields);
    }

    /** Counts, in one line; zeros are left out, and so is a line of zeros. */
    public void count(Map<Metric, Integer> counts) {
        StringBuilder names = new StringBuilder();
        StringBuilder values = new StringBuilder();
        new TreeMap<>(counts).forEach((metric, count) -> {
            if (count != 0) {
                String comma = names.isEmpty() ? "" : ",";
                names.append(comma).append("{\"Name\":\"").append(metric).append("\",\"Unit\":\"Count\"}");
                values.append(",\"").append(metric).append("\":").append(count);
            }
        });
        if (!names.isEmpty()) {
            out.println("{\"_aws\":{\"Timestamp\":" + clock.millis() + ",\"CloudWatchMetrics\":[{\"Namespace\":\""
                    + NAMESPACE + "\",\"Dimensions\":[[\"Consumer\"]],\"Metrics\":[" + names + "]}]},\"Consumer\":"
                    + ItemJson.quote(consumer) + values + "}");
        }
    }

    private void line(String level, String message, Map<String, String> fields) {
        StringBuilder line = new StringBuilder("{\"timestamp\":\"" + clock.instant() + "\",\"level\":\"" + level
                + "\",\"consumer\":" + ItemJson.quote(consumer) + ",\"message\":" + ItemJson.quote(message));
        new TreeMap<>(fields)
                .forEach((name, value) -> line.append(',')
                        .append(ItemJson.quote(name))
                        .append(':')
                        .append(ItemJson.quote(value)));
        out.println(line.append('}'));
    }
}
