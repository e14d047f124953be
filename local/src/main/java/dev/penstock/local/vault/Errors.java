package dev.penstock.local.vault;

import dev.penstock.local.gateway.AwsError;

/** The errors of AWS Backup; all of them have status 400. */
final class Errors {
    private Errors() {}

    static AwsError notFound(String what) {
        return new AwsError(400, "ResourceNotFoundException", what + " does not exist");
    }

    static AwsError exists(String what) {
        return new AwsError(400, "AlreadyExistsException", what + " already exists");
    }

    static AwsError invalid(String message) {
        return new AwsError(400, "InvalidParameterValueException", message);
    }

    static AwsError missing(String parameter) {
        return new AwsError(400, "MissingParameterValueException", parameter + " must be given");
    }

    /** The request is well formed, but the state of things forbids it. */
    static AwsError refused(String message) {
        return new AwsError(400, "InvalidRequestException", message);
    }
}
