package dev.penstock.local.dax;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * Failures on the wire: {@code [codes...], message, [request id, error code, HTTP status(, reasons)]}. The codes are a
 * path from the general to the particular; the clients choose their exception by its last number.
 */
final class DaxErrors {
    private static final int CLIENT_FAULT = 4;
    private static final int[] DYNAMODB = {CLIENT_FAULT, 37, 38, 39};
    /** No client knows this last number: it then goes by the error code in words. */
    private static final int OTHER = 42;

    private static final int VALIDATION = 46;
    private static final int INTERNAL = 47;
    private static final Map<String, Integer> KINDS = Map.ofEntries(
            Map.entry("ProvisionedThroughputExceededException", 40),
            Map.entry("ResourceNotFoundException", 41),
            Map.entry("ConditionalCheckFailedException", 43),
            Map.entry("ResourceInUseException", 45),
            Map.entry("ValidationException", VALIDATION),
            Map.entry("InternalServerError", INTERNAL),
            Map.entry("ItemCollectionSizeLimitExceededException", 48),
            Map.entry("LimitExceededException", 49),
            Map.entry("ThrottlingException", 50),
            Map.entry("TransactionConflictException", 57),
            Map.entry("TransactionCanceledException", 58),
            Map.entry("TransactionInProgressException", 59),
            Map.entry("IdempotentParameterMismatchException", 60),
            Map.entry("RequestLimitExceeded", 61));

    /** Why a connection's authorization is not accepted. */
    enum AuthFault {
        UNKNOWN(32),
        REQUIRED(33),
        INVALID(34);

        private final int code;

        AuthFault(int code) {
            this.code = code;
        }
    }

    private DaxErrors() {}

    static DynamoDbException validation(String message) {
        return error("ValidationException", 400, message);
    }

    static DynamoDbException error(String code, int status, String message) {
        return (DynamoDbException) DynamoDbException.builder()
                .message(message)
                .statusCode(status)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .errorMessage(message)
                        .serviceName("DynamoDb")
                        .build())
                .build();
    }

    /** What the client is told about a failed operation. */
    static DynamoDbException translate(RuntimeException failure) {
        return switch (failure) {
            case DynamoDbException known -> known;
            case MalformedRequestException malformed -> validation("Malformed DAX request: " + malformed.getMessage());
            case SdkClientException unreachable ->
                error("InternalServerError", 500, "The store behind DAX did not answer: " + unreachable.getMessage());
            default -> error("InternalServerError", 500, "DAX failed on this request: " + failure);
        };
    }

    static void write(DynamoDbException error, Items items, CborWriter out) {
        String code =
                error.awsErrorDetails() == null ? "" : error.awsErrorDetails().errorCode();
        String message = error.awsErrorDetails() == null
                ? error.getMessage()
                : error.awsErrorDetails().errorMessage();
        out.array(DYNAMODB.length + 1);
        for (int number : DYNAMODB) {
            out.integer(number);
        }
        out.integer(KINDS.getOrDefault(code, error.statusCode() >= 500 ? INTERNAL : OTHER));
        out.text(message == null ? code : message);
        List<CancellationReason> reasons =
                error instanceof TransactionCanceledException canceled ? canceled.cancellationReasons() : List.of();
        out.array(reasons.isEmpty() ? 3 : 4);
        textOrNull(error.requestId(), out);
        out.text(code).integer(error.statusCode());
        if (!reasons.isEmpty()) {
            out.array(3 * reasons.size());
            reasons.forEach(reason -> writeReason(reason, items, out));
        }
    }

    private static void writeReason(CancellationReason reason, Items items, CborWriter out) {
        textOrNull(reason.code(), out);
        textOrNull(reason.message(), out);
        if (reason.hasItem()) {
            items.write(reason.item(), out);
        } else {
            out.nul();
        }
    }

    static void writeAuth(AuthFault fault, String message, CborWriter out) {
        out.array(4).integer(CLIENT_FAULT).integer(23).integer(31).integer(fault.code);
        out.text(message).nul();
    }

    private static void textOrNull(@Nullable String text, CborWriter out) {
        if (text == null) {
            out.nul();
        } else {
            out.text(text);
        }
    }
}
