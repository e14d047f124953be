package dev.penstock.local.dax;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Takes whole requests from a connection's bytes. Requests have no frame: their end is known only by reading them. The
 * buffer grows with the bytes that came, not with what they promise. Not threadsafe.
 */
final class RequestReader {
    /** What an idle connection keeps: most reads fit, and ten thousand of them are 5 MB. */
    private static final int BUFFER = 512;

    private final InputStream in;
    private final int maxRequest;
    private final MemoryBudget budget;
    private final ItemScanner scanner = new ItemScanner();
    private byte[] buffer = new byte[BUFFER];
    private int start;
    private int end;

    /** @param maxRequest bytes of the largest request taken */
    RequestReader(InputStream in, int maxRequest, MemoryBudget budget) {
        this.in = in;
        this.maxRequest = maxRequest;
        this.budget = budget;
    }

    /**
     * The next {@code count} CBOR items, valid until the next call.
     *
     * @throws EOFException when the client is gone
     */
    CborReader items(int count) throws IOException {
        int from = start;
        scanner.start(from, count);
        while (!scanner.scan(buffer, end, maxRequest)) {
            from = fill(from);
        }
        start = scanner.position();
        return new CborReader(buffer, from, start);
    }

    /** Waits for the first byte of the next request; false when the client has left. */
    boolean await() throws IOException {
        if (start < end) {
            return true;
        }
        shrink();
        int read = in.read(buffer, 0, buffer.length);
        end = Math.max(read, 0);
        return read > 0;
    }

    /** Reads more bytes behind those of the unfinished items; returns where the items begin now. */
    private int fill(int from) throws IOException {
        if (end == buffer.length) {
            if (end - from > maxRequest) {
                throw new MalformedRequestException("a request of more than " + maxRequest + " bytes");
            }
            if (from > 0) {
                System.arraycopy(buffer, from, buffer, 0, end - from);
                scanner.shift(from);
                end -= from;
                from = 0;
            } else {
                grow();
            }
        }
        int read = in.read(buffer, end, buffer.length - end);
        if (read < 0) {
            throw new EOFException();
        }
        end += read;
        return from;
    }

    private void grow() {
        int more = Math.min(buffer.length, maxRequest + 1 - buffer.length);
        if (!budget.take(more)) {
            throw new MalformedRequestException("no memory for a request of more than " + buffer.length + " bytes now");
        }
        buffer = Arrays.copyOf(buffer, buffer.length + more);
    }

    private void shrink() {
        start = 0;
        end = 0;
        if (buffer.length > BUFFER) {
            budget.giveBack(buffer.length - BUFFER);
            buffer = new byte[BUFFER];
        }
    }

    void close() {
        shrink();
    }
}
