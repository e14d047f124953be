package dev.penstock.local.s3;

import dev.penstock.local.gateway.Request;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Conditional requests: If-Match, If-None-Match, If-Modified-Since, If-Unmodified-Since. */
final class Conditions {
    private Conditions() {}

    /** For a write: refuses unless the current version is as If-Match or If-None-Match demand. */
    static Consumer<@Nullable StoredObject> ofWrite(Request request) {
        Optional<String> match = request.header("if-match");
        Optional<String> noneMatch = request.header("if-none-match");
        return current -> {
            if (match.isPresent() && current == null) {
                throw S3Errors.noSuchKey("");
            }
            if (match.isPresent() && !matches(match.get(), current)) {
                throw S3Errors.preconditionFailed("If-Match");
            }
            if (noneMatch.isPresent() && current != null && matches(noneMatch.get(), current)) {
                throw S3Errors.preconditionFailed("If-None-Match");
            }
        };
    }

    /**
     * For a read: refuses, or tells that the client's copy is current.
     *
     * @param prefix of the headers' names: empty, or {@code x-amz-copy-source-}
     * @return true when the answer is 304 Not Modified
     */
    static boolean isNotModified(Request request, String prefix, StoredObject object) {
        Optional<String> match = request.header(prefix + "if-match");
        if (match.isPresent() && !matches(match.get(), object)) {
            throw S3Errors.preconditionFailed("If-Match");
        }
        Instant modified = object.lastModified().truncatedTo(ChronoUnit.SECONDS);
        Optional<Instant> unmodified = date(request, prefix + "if-unmodified-since");
        if (match.isEmpty() && unmodified.isPresent() && modified.isAfter(unmodified.get())) {
            throw S3Errors.preconditionFailed("If-Unmodified-Since");
        }
        Optional<String> noneMatch = request.header(prefix + "if-none-match");
        if (noneMatch.isPresent()) {
            return matches(noneMatch.get(), object);
        }
        return date(request, prefix + "if-modified-since")
                .map(since -> !modified.isAfter(since))
                .orElse(false);
    }

    private static boolean matches(String header, @Nullable StoredObject object) {
        return object != null
                && Arrays.stream(header.split(","))
                        .map(tag -> tag.strip().replace("\"", ""))
                        .anyMatch(tag -> tag.equals("*") || tag.equals(object.etag()));
    }

    private static Optional<Instant> date(Request request, String name) {
        try {
            return request.header(name).map(text -> DateTimeFormatter.RFC_1123_DATE_TIME.parse(text, Instant::from));
        } catch (DateTimeParseException ignoredAsHttpSays) {
            return Optional.empty();
        }
    }
}
