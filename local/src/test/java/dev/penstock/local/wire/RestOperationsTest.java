package dev.penstock.local.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.gateway.Response;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.backup.model.ListRecoveryPointsByBackupVaultRequest;
import software.amazon.awssdk.services.backup.model.ListRecoveryPointsByBackupVaultResponse;
import software.amazon.awssdk.services.lambda.model.GetFunctionRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionResponse;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.ListTagsRequest;
import software.amazon.awssdk.services.lambda.model.ListTagsResponse;

class RestOperationsTest {
    private final RestOperations operations = new RestOperations("lambda")
            .on(
                    "POST",
                    "/2015-03-31/functions/{FunctionName}/invocations",
                    InvokeRequest::builder,
                    (request, http) -> InvokeResponse.builder()
                            .statusCode(202)
                            .functionError(request.functionName() + " " + request.qualifier() + " "
                                    + request.invocationTypeAsString())
                            .payload(SdkBytes.fromUtf8String(request.payload().asUtf8String() + "!"))
                            .build())
            .on(
                    "GET",
                    "/2015-03-31/functions/{FunctionName}",
                    GetFunctionRequest::builder,
                    (request, http) -> GetFunctionResponse.builder()
                            .configuration(c -> c.functionName(request.functionName()))
                            .build())
            .on(
                    "GET",
                    "/2017-03-31/tags/{Resource}",
                    ListTagsRequest::builder,
                    (request, http) -> ListTagsResponse.builder()
                            .tags(Map.of("arn", request.resource()))
                            .build())
            .on(
                    "GET",
                    "/backup-vaults/{backupVaultName}/recovery-points/",
                    ListRecoveryPointsByBackupVaultRequest::builder,
                    (request, http) -> ListRecoveryPointsByBackupVaultResponse.builder()
                            .nextToken(request.maxResults() + " " + request.byCreatedAfter())
                            .build());

    @Test
    void bindsPathQueryHeadersAndRawBody() {
        Response answer = operations.handle(request(
                "POST",
                "/2015-03-31/functions/a%2Fb+c/invocations",
                "Qualifier=live",
                Map.of("x-amz-invocation-type", List.of("Event")),
                "{}"));
        assertEquals(202, answer.status());
        assertEquals("a/b+c live Event", answer.headers().get("X-Amz-Function-Error"));
        assertEquals("{}!", new String(answer.body(), UTF_8));
    }

    @Test
    void writesJsonBodies() {
        assertEquals(
                "{\"Configuration\":{\"FunctionName\":\"f\"}}",
                new String(
                        operations
                                .handle(request("GET", "/2015-03-31/functions/f", "", Map.of(), ""))
                                .body(),
                        UTF_8));
        assertEquals(
                "{\"Tags\":{\"arn\":\"arn:aws:lambda:us-east-1:000000000000:function:f\"}}",
                new String(
                        operations
                                .handle(request(
                                        "GET",
                                        "/2017-03-31/tags/arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Af",
                                        "",
                                        Map.of(),
                                        ""))
                                .body(),
                        UTF_8));
    }

    @Test
    void readsTypedQueryFieldsAndRefusesWrongOnes() {
        String path = "/backup-vaults/v/recovery-points/";
        assertEquals(
                "{\"NextToken\":\"5 2026-01-01T00:00:00Z\"}",
                new String(
                        operations
                                .handle(request(
                                        "GET",
                                        path,
                                        "maxResults=5&createdAfter=2026-01-01T00%3A00%3A00Z",
                                        Map.of(),
                                        ""))
                                .body(),
                        UTF_8));
        AwsError error = assertThrows(
                AwsError.class, () -> operations.handle(request("GET", path, "maxResults=five", Map.of(), "")));
        assertEquals(400, error.status());
        assertThrows(AwsError.class, () -> operations.handle(request("GET", path, "createdAfter=soon", Map.of(), "")));
        assertThrows(AwsError.class, () -> operations.handle(request("GET", path, "maxResults=%zz", Map.of(), "")));
    }

    @Test
    void saysWhatItDoesNotSimulate() {
        AwsError error = assertThrows(
                AwsError.class,
                () -> operations.handle(request("DELETE", "/2015-03-31/functions/f", "", Map.of(), "")));
        assertEquals(501, error.status());
    }

    private static Request request(
            String method, String path, String query, Map<String, List<String>> headers, String body) {
        return new Request(method, path, query, headers, body.getBytes(UTF_8), "us-east-1", "lambda", "AKID");
    }
}
