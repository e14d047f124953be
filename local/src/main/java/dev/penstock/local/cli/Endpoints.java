package dev.penstock.local.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.local.runtime.LocalRuntime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** What a user needs to know of a runtime that is ready. */
final class Endpoints {
    private Endpoints() {}

    static String table(LocalRuntime runtime) {
        String declared = runtime.report().declaredOnly().entrySet().stream()
                .map(entry -> entry.getKey().replace("AWS::", "") + " " + entry.getValue())
                .sorted()
                .collect(Collectors.joining(", "));
        String rows = of(runtime).entrySet().stream()
                .map(entry -> "  %-9s %s".formatted(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(System.lineSeparator()));
        return """
                %s
                declared, no local effect: %s
                ready in %.1f s; Ctrl-C stops it""".formatted(rows, declared.isEmpty() ? "nothing" : declared, runtime.startSeconds());
    }

    static String json(LocalRuntime runtime) {
        try {
            return new ObjectMapper().writeValueAsString(of(runtime));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, String> of(LocalRuntime runtime) {
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put("aws", runtime.endpoint().toString());
        rows.put("dax", runtime.dax().url() + ", " + runtime.dax().tlsUrl());
        runtime.dax().certificate().ifPresent(pem -> rows.put("dax tls", "trust " + pem));
        rows.put("console", runtime.endpoint() + "/_penstock/");
        rows.put("region", runtime.region());
        rows.put("data", runtime.data());
        rows.put("stacks", String.join(", ", runtime.report().outputs().keySet()));
        return rows;
    }
}
