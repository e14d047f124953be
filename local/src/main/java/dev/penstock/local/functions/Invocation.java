package dev.penstock.local.functions;

import java.nio.charset.StandardCharsets;

/** How an invocation ended. */
public sealed interface Invocation {

    /** The id the function saw as its request id; empty when it was never invoked. */
    String requestId();

    /** The function returned; {@code payload} is its JSON. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Success(String requestId, byte[] payload) implements Invocation {
        public String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }
    }

    /**
     * The function threw, exited, could not start or ran out of time.
     *
     * @param type {@code Sandbox.Timedout}, {@code Runtime.ExitError}, or the exception's class name
     * @param payload the JSON Lambda answers with: errorMessage, errorType and, for an exception, stackTrace
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record FunctionError(String requestId, String type, String message, byte[] payload) implements Invocation {
        /** The errorType Lambda gives a function that ran past its timeout. */
        public static final String TIMED_OUT = "Sandbox.Timedout";

        public boolean timedOut() {
            return type.equals(TIMED_OUT);
        }
    }

    /** Refused: no execution environment was free. The function saw nothing of it. */
    record Throttled(String reason) implements Invocation {
        @Override
        public String requestId() {
            return "";
        }
    }
}
