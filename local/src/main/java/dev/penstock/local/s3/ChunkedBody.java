package dev.penstock.local.s3;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.penstock.local.gateway.AwsError;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.TreeMap;

/**
 * Decodes {@code Content-Encoding: aws-chunked} as it is read: {@code SIZE[;chunk-signature=...]CRLF data CRLF ...},
 * then trailing headers such as a checksum. Signatures of chunks are not checked.
 */
final class ChunkedBody extends InputStream {
    private static final int MAX_LINE = 8192;

    private final InputStream in;
    private final Map<String, String> trailers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private long left;
    private boolean first = true;
    private boolean ended;

    ChunkedBody(InputStream in) {
        this.in = new BufferedInputStream(in, 1 << 16);
    }

    /** The headers after the last chunk; complete once the stream is read to its end. */
    Map<String, String> trailers() {
        return trailers;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (left == 0 && !nextChunk()) {
            return -1;
        }
        int count = in.read(buffer, offset, (int) Math.min(length, left));
        if (count < 0) {
            throw incomplete();
        }
        left -= count;
        return count;
    }

    private boolean nextChunk() throws IOException {
        if (ended) {
            return false;
        }
        if (!first && !line().isEmpty()) {
            throw incomplete();
        }
        first = false;
        String size = line().split(";", 2)[0].strip();
        try {
            left = Long.parseLong(size, 16);
        } catch (NumberFormatException noSize) {
            throw incomplete();
        }
        if (left < 0) {
            throw incomplete();
        }
        if (left == 0) {
            ended = true;
            readTrailers();
        }
        return !ended;
    }

    private void readTrailers() throws IOException {
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                trailers.put(
                        line.substring(0, colon).strip(),
                        line.substring(colon + 1).strip());
            }
        }
    }

    /** The next line without its end; the empty string at the end of the body. */
    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            if (line.length() > MAX_LINE) {
                throw incomplete();
            }
            line.append((char) b);
        }
        int end = line.length() - (line.length() > 0 && line.charAt(line.length() - 1) == '\r' ? 1 : 0);
        return new String(line.substring(0, end).getBytes(US_ASCII), US_ASCII);
    }

    private static AwsError incomplete() {
        return new AwsError(400, "IncompleteBody", "The request body terminated unexpectedly");
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
