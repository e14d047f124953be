package dev.penstock.local.dynamodb;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.wire.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** What the engine refuses, as AWS says it. */
final class EngineErrors {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    /** Texts of the engine that differ from AWS's (recorded AWS answers). */
    private static final Map<String, String> TEXTS = Map.of(
            "Cannot do operations on a non-existent table", "Requested resource not found",
            "Cannot create preexisting table", "Table already exists",
            "The conditional request failed.", "The conditional request failed");

    private EngineErrors() {}

    static AwsError translate(AwsServiceException refused) {
        var details = refused.awsErrorDetails();
        String code = details == null || details.errorCode() == null ? "InternalServerError" : details.errorCode();
        String text = String.valueOf(
                details == null || details.errorMessage() == null ? refused.getMessage() : details.errorMessage());
        int status = refused.statusCode() == 0 ? 400 : refused.statusCode();
        return new AwsError(status, code, TEXTS.getOrDefault(text, text), members(refused));
    }

    private static Map<String, Object> members(AwsServiceException refused) {
        if (refused instanceof ConditionalCheckFailedException failed && failed.hasItem()) {
            return Map.of("Item", item(failed.item()));
        }
        if (refused instanceof TransactionCanceledException canceled && canceled.hasCancellationReasons()) {
            List<CancellationReason> reasons = canceled.cancellationReasons();
            return Map.of(
                    "CancellationReasons",
                    reasons.stream()
                            .map(EngineErrors::worded)
                            .map(EngineErrors::object)
                            .toList());
        }
        return Map.of();
    }

    private static CancellationReason worded(CancellationReason reason) {
        String text = reason.message();
        return text == null
                ? reason
                : reason.toBuilder().message(TEXTS.getOrDefault(text, text)).build();
    }

    private static Map<String, Object> object(SdkPojo pojo) {
        return parse(Wire.write(pojo));
    }

    private static Map<String, Object> item(Map<String, AttributeValue> item) {
        return parse(Wire.writeItem(item));
    }

    private static Map<String, Object> parse(byte[] json) {
        try {
            return JSON.readValue(json, OBJECT);
        } catch (IOException e) {
            throw new UncheckedIOException("not the JSON that was just written", e);
        }
    }
}
