package dev.penstock.local.s3;

import dev.penstock.local.gateway.AwsError;
import java.util.Map;

/** Errors that several operations answer. */
final class S3Errors {
    private S3Errors() {}

    static AwsError noSuchKey(String key) {
        return new AwsError(404, "NoSuchKey", "The specified key does not exist.", Map.of("Key", key));
    }

    static AwsError noSuchVersion(String key, String versionId) {
        return new AwsError(
                404,
                "NoSuchVersion",
                "The specified version does not exist.",
                Map.of("Key", key, "VersionId", versionId));
    }

    static AwsError preconditionFailed(String condition) {
        return new AwsError(
                412,
                "PreconditionFailed",
                "At least one of the pre-conditions you specified did not hold",
                Map.of("Condition", condition));
    }

    static AwsError invalidArgument(String message) {
        return new AwsError(400, "InvalidArgument", message);
    }
}
