package dev.penstock.local.gateway;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An error as AWS answers it: its code, HTTP status, message and, for a few errors, further members. */
public final class AwsError extends RuntimeException {
    private final String code;
    private final int status;
    private final transient Map<String, Object> members;

    public AwsError(int status, String code, String message) {
        this(status, code, message, Map.of());
    }

    /** @param members further members of the error's JSON body (cancellation reasons, item...), JSON-ready */
    public AwsError(int status, String code, String message, Map<String, Object> members) {
        super(message);
        this.status = status;
        this.code = code;
        this.members = members;
    }

    /** {@code ValidationException} with status 400. */
    public static AwsError validation(String message) {
        return new AwsError(400, "ValidationException", message);
    }

    /**
     * The value of a member that a request must have.
     *
     * @param member its path, such as {@code timeToLiveSpecification.enabled}
     * @throws AwsError ValidationException when it is missing
     */
    public static <T> T required(String member, @Nullable T value) {
        if (value == null) {
            throw validation("1 validation error detected: Value null at '" + member
                    + "' failed to satisfy constraint: Member must not be null");
        }
        return value;
    }

    /** What exists on AWS but is not simulated here: HTTP 501, never a fake success. */
    public static AwsError notSimulated(String service, String operation) {
        return new AwsError(
                501,
                "NotImplemented",
                service + "." + operation + " exists on AWS and is not simulated by Penstock; see docs/FIDELITY.md");
    }

    public String code() {
        return code;
    }

    public int status() {
        return status;
    }

    public Map<String, Object> members() {
        return members;
    }
}
