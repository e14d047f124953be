package dev.penstock.local.s3;

import dev.penstock.local.gateway.AwsError;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A part of an object's content, in bytes. */
record Range(long start, long length) {
    private static final Pattern SYNTAX = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

    /**
     * Reads a Range header; empty for one that is malformed or has several ranges, which S3 ignores.
     *
     * @throws AwsError InvalidRange when it starts after the end
     */
    static Optional<Range> parse(String header, long size) {
        Matcher matcher = SYNTAX.matcher(header.strip());
        if (!matcher.matches()
                || (matcher.group(1).isEmpty() && matcher.group(2).isEmpty())) {
            return Optional.empty();
        }
        long start;
        long end = size - 1;
        if (matcher.group(1).isEmpty()) {
            start = Math.max(0, size - Long.parseLong(matcher.group(2)));
        } else {
            start = Long.parseLong(matcher.group(1));
            if (!matcher.group(2).isEmpty()) {
                long last = Long.parseLong(matcher.group(2));
                if (last < start) {
                    return Optional.empty();
                }
                end = Math.min(end, last);
            }
        }
        if (start >= size) {
            throw new AwsError(
                    416,
                    "InvalidRange",
                    "The requested range is not satisfiable",
                    Map.of("RangeRequested", header, "ActualObjectSize", size));
        }
        return Optional.of(new Range(start, end - start + 1));
    }
}
