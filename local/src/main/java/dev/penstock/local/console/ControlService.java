package dev.penstock.local.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.gateway.Response;
import dev.penstock.local.gateway.Service;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The control endpoints, as JSON, and the console page at {@code /_penstock/}. Parts of the runtime add what they have
 * to say; the longest path that matches answers. Threadsafe.
 */
public final class ControlService implements Service {
    private static final String ROOT = "/_penstock";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Map<String, Command> commands = new ConcurrentHashMap<>();
    private final byte[] page = page();

    /** Answers a request with something that Jackson can write. */
    @FunctionalInterface
    public interface Command {
        /**
         * @param rest what follows the path it was added with, "" when nothing does
         * @param body the JSON sent; missing when there was none
         * @throws IllegalArgumentException for what is wrong with the request; answered with status 400
         */
        Object answer(String rest, JsonNode body);
    }

    /** Adds {@code GET /_penstock/PATH}. */
    public ControlService get(String path, Supplier<Object> answer) {
        return on("GET", path, (rest, body) -> answer.get());
    }

    /** Adds a command for a method and everything at or below a path. */
    public ControlService on(String method, String path, Command command) {
        commands.put(method + " " + path, command);
        return this;
    }

    @Override
    public String signingName() {
        return "penstock";
    }

    @Override
    public Response handle(Request request) {
        String path = strip(request.path().substring(ROOT.length()));
        if (path.isEmpty() && request.method().equals("GET")) {
            return Response.ok("text/html; charset=utf-8", page);
        }
        for (String prefix = path; ; prefix = prefix.substring(0, Math.max(0, prefix.lastIndexOf('/')))) {
            Command command = commands.get(request.method() + " " + prefix);
            if (command != null) {
                return run(command, strip(path.substring(prefix.length())), request);
            }
            if (prefix.isEmpty()) {
                throw new AwsError(
                        404,
                        "NotFound",
                        request.method() + " " + request.path() + " is no control endpoint; there are "
                                + new TreeSet<>(commands.keySet()));
            }
        }
    }

    private static Response run(Command command, String rest, Request request) {
        try {
            JsonNode body = request.body().length == 0 ? MissingNode.getInstance() : MAPPER.readTree(request.body());
            return Response.ok("application/json", MAPPER.writeValueAsBytes(command.answer(rest, body)));
        } catch (JsonProcessingException e) {
            throw new AwsError(400, "BadRequest", "not JSON: " + e.getOriginalMessage());
        } catch (IllegalArgumentException e) {
            throw new AwsError(400, "BadRequest", String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String strip(String path) {
        return path.replaceAll("^/+|/+$", "");
    }

    private static byte[] page() {
        try (InputStream resource = Objects.requireNonNull(
                ControlService.class.getResourceAsStream("console.html"), "console.html is part of this jar")) {
            return resource.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
