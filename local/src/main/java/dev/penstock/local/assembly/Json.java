package dev.penstock.local.assembly;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON documents as plain maps and lists in document order. */
final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private Json() {}

    static Map<String, Object> read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new AssemblyException(
                    file + " is missing: the cloud assembly is incomplete; delete its folder and start again");
        }
        try {
            return MAPPER.readValue(file.toFile(), OBJECT);
        } catch (IOException e) {
            throw new AssemblyException(
                    file + " is not readable JSON (" + firstLine(e) + "): delete the folder and start again", e);
        }
    }

    static Map<String, Object> read(String text) {
        try {
            return MAPPER.readValue(text, OBJECT);
        } catch (JsonProcessingException e) {
            throw new AssemblyException("not a JSON object: " + text, e);
        }
    }

    static String write(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON: " + value, e);
        }
    }

    /** The value as an object; an empty one when it is absent. */
    @SuppressWarnings("unchecked") // Jackson maps objects to Map<String, Object>
    static Map<String, Object> object(@Nullable Object value, String what) {
        return switch (value) {
            case null -> Map.of();
            case Map<?, ?> map -> (Map<String, Object>) map;
            default -> throw new AssemblyException(what + " must be an object; found: " + value);
        };
    }

    /** The value as a list; an empty one when it is absent. */
    static List<?> list(@Nullable Object value, String what) {
        return switch (value) {
            case null -> List.of();
            case List<?> list -> list;
            default -> throw new AssemblyException(what + " must be a list; found: " + value);
        };
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
