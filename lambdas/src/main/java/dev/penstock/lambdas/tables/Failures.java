package dev.penstock.lambdas.tables;

import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** Tells errors that pass from those that come back however often a request is tried. */
public final class Failures {
    private static final Set<String> PERMANENT = Set.of(
            "ValidationException",
            "ValidationError",
            "ItemCollectionSizeLimitExceededException",
            "ItemCollectionSizeLimitExceeded");

    private Failures() {}

    /**
     * Whether this request can never succeed. Missing tables and permissions are not counted: they are mended by people,
     * so the stream waits.
     */
    public static boolean isPermanent(SdkException failure) {
        return failure instanceof AwsServiceException service
                && service.awsErrorDetails() != null
                && isPermanent(service.awsErrorDetails().errorCode());
    }

    /** What a log line may say of it: a code or a type, never the message, which may quote a value. */
    public static String name(SdkException failure) {
        Throwable cause = failure.getCause();
        return failure instanceof AwsServiceException service && service.awsErrorDetails() != null
                ? service.awsErrorDetails().errorCode()
                : failure.getClass().getSimpleName()
                        + (cause == null ? "" : " by " + cause.getClass().getSimpleName());
    }

    /** The same of a cancellation reason's code. */
    public static boolean isPermanent(String code) {
        return PERMANENT.contains(code);
    }
}
