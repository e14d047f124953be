package dev.penstock.local.sources;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * TumblingWindow: records are grouped by their creation time into windows that follow each other; the function's state
 * is handed from one invocation of a window to the next, and a last invocation closes the window. Not threadsafe.
 */
final class TumblingWindow {
    /** More state than this ends a window early. */
    static final int MAXIMUM_STATE_BYTES = 1024 * 1024;

    private static final byte[] NO_STATE = "{}".getBytes(StandardCharsets.UTF_8);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Duration length;
    private @Nullable Open open;

    /**
     * A window that has begun.
     *
     * @param state the JSON object the function returned last; {@code {}} at first
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Open(Instant start, byte[] state, boolean isOversized) {}

    /** What an event says of its window. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Frame(Instant start, Instant end, byte[] state, boolean isFinal, boolean isTerminatedEarly) {}

    /** @param open the window that was open when its mapping stopped */
    TumblingWindow(int seconds, @Nullable Open open) {
        this.length = Duration.ofSeconds(seconds);
        this.open = open;
    }

    @Nullable
    Open open() {
        return open;
    }

    boolean isOpen() {
        return open != null;
    }

    /** Begins the window of this record with fresh state. */
    void begin(EventRecord first) {
        open = new Open(startOf(first.committed()), NO_STATE, false);
    }

    boolean contains(EventRecord next) {
        return open != null && open.start().equals(startOf(next.committed()));
    }

    /**
     * Whether the open window must be closed now.
     *
     * @param next the next record, {@code null} if there is none
     * @param readUntil all records committed before this time have been read; the far future at a shard's end
     */
    boolean isOver(@Nullable EventRecord next, Instant readUntil) {
        if (open == null) {
            return false;
        }
        return open.isOversized()
                || (next == null ? !readUntil.isBefore(open.start().plus(length)) : !contains(next));
    }

    /** The frame of the next invocation. */
    Frame frame(boolean isFinal) {
        if (open == null) {
            throw new IllegalStateException("no window is open");
        }
        return new Frame(open.start(), open.start().plus(length), open.state(), isFinal, isFinal && open.isOversized());
    }

    /**
     * Takes over the state a function returned.
     *
     * @return false when there is none in the response, which makes the invocation a failure
     */
    boolean accept(byte[] response) {
        try {
            JsonNode state = JSON.readTree(response).path("state");
            if (!state.isObject() || open == null) {
                return false;
            }
            byte[] bytes = JSON.writeValueAsBytes(state);
            open = new Open(open.start(), bytes, bytes.length > MAXIMUM_STATE_BYTES);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    void end() {
        open = null;
    }

    private Instant startOf(Instant time) {
        long seconds = length.toSeconds();
        return Instant.ofEpochSecond(Math.floorDiv(time.getEpochSecond(), seconds) * seconds);
    }
}
