package dev.penstock.local.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Map;

/** Finds the service of a request that does not say so in its signature, by what only that service uses. */
final class Routing {
    private static final Map<String, String> BY_TARGET = Map.ofEntries(
            Map.entry("DynamoDB_20120810", "dynamodb"),
            Map.entry("DynamoDBStreams_20120810", "dynamodb"),
            Map.entry("AmazonSQS", "sqs"),
            Map.entry("Logs_20140328", "logs"),
            Map.entry("GraniteServiceVersion20100801", "monitoring"),
            Map.entry("AWSEvents", "events"),
            Map.entry("AWSGlue", "glue"),
            Map.entry("AmazonSSM", "ssm"),
            Map.entry("TrentService", "kms"));
    /** The API version that each query service wants in the form field {@code Version}. */
    private static final Map<String, String> BY_VERSION = Map.of(
            "2010-03-31",
            "sns",
            "2010-12-01",
            "ses",
            "2011-06-15",
            "sts",
            "2012-11-05",
            "sqs",
            "2010-08-01",
            "monitoring");

    private Routing() {}

    static String service(Map<String, List<String>> headers, String path, String query, byte[] body) {
        String target = first(headers, "x-amz-target");
        if (!target.isEmpty()) {
            String prefix = target.contains(".") ? target.substring(0, target.lastIndexOf('.')) : target;
            return BY_TARGET.getOrDefault(prefix, prefix);
        }
        if (first(headers, "host").contains(".lambda-url.") || path.matches("/20\\d\\d-\\d\\d-\\d\\d/.*")) {
            return "lambda";
        }
        if (path.startsWith("/v2/email/")) {
            return "ses";
        }
        if (path.startsWith("/service/GraniteServiceVersion20100801/")) {
            return "monitoring";
        }
        String form = first(headers, "content-type").startsWith("application/x-www-form-urlencoded")
                ? new String(body, UTF_8)
                : query;
        for (String field : form.split("&", -1)) {
            if (field.startsWith("Version=")) {
                return BY_VERSION.getOrDefault(field.substring("Version=".length()), "s3");
            }
        }
        return "s3";
    }

    private static String first(Map<String, List<String>> headers, String name) {
        List<String> values = headers.getOrDefault(name, List.of());
        return values.isEmpty() ? "" : values.getFirst();
    }
}
