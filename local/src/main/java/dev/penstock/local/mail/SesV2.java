package dev.penstock.local.mail;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.wire.RestOperations;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sesv2.model.GetAccountRequest;
import software.amazon.awssdk.services.sesv2.model.GetAccountResponse;

/** SES version 2: the operations of each kind, and what is said of the account. */
final class SesV2 {
    private final RestOperations operations = new RestOperations("ses");

    SesV2(Outbox outbox) {
        operations.on("GET", "/v2/email/account", GetAccountRequest::builder, SesV2::account);
        new SendOperation(outbox).addTo(operations);
        new IdentityOperations(outbox).addTo(operations);
        new ConfigurationSetOperations(outbox).addTo(operations);
        new TemplateOperations(outbox).addTo(operations);
    }

    RestOperations operations() {
        return operations;
    }

    private static GetAccountResponse account(GetAccountRequest request, Request http) {
        return GetAccountResponse.builder()
                .productionAccessEnabled(true)
                .sendingEnabled(true)
                .enforcementStatus("HEALTHY")
                .sendQuota(
                        quota -> quota.max24HourSend(50_000d).maxSendRate(14d).sentLast24Hours(0d))
                .build();
    }

    static AwsError badRequest(String message) {
        return new AwsError(400, "BadRequestException", message);
    }

    static AwsError notFound(String message) {
        return new AwsError(404, "NotFoundException", message);
    }

    static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
