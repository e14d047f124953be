package dev.penstock.local.sts;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Gateway;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.gateway.Response;
import dev.penstock.local.gateway.Service;
import dev.penstock.local.wire.QueryOperations;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.UUID;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;
import software.amazon.awssdk.services.sts.model.Credentials;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityRequest;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;
import software.amazon.awssdk.services.sts.model.GetSessionTokenRequest;
import software.amazon.awssdk.services.sts.model.GetSessionTokenResponse;

/** STS. Credentials that it hands out look like AWS's and allow what all others allow: everything. */
public final class StsService implements Service {
    private static final int HOUR = 3600;

    private final InstantSource clock;
    private final QueryOperations operations;

    public StsService(InstantSource clock) {
        this.clock = clock;
        this.operations = new QueryOperations("sts", "https://sts.amazonaws.com/doc/2011-06-15/", StsClient.class)
                .on(
                        "GetCallerIdentity",
                        GetCallerIdentityRequest::builder,
                        (request, http) -> GetCallerIdentityResponse.builder()
                                .account(Gateway.ACCOUNT)
                                .arn("arn:aws:iam::" + Gateway.ACCOUNT + ":root")
                                .userId(Gateway.ACCOUNT)
                                .build())
                .on(
                        "GetSessionToken",
                        GetSessionTokenRequest::builder,
                        (request, http) -> GetSessionTokenResponse.builder()
                                .credentials(credentials(
                                        request.durationSeconds() == null ? 12 * HOUR : request.durationSeconds()))
                                .build())
                .on("AssumeRole", AssumeRoleRequest::builder, this::assumeRole);
    }

    @Override
    public String signingName() {
        return "sts";
    }

    @Override
    public Response handle(Request request) {
        return operations.handle(request);
    }

    private AssumeRoleResponse assumeRole(AssumeRoleRequest request, Request http) {
        if (request.roleArn() == null || !request.roleArn().matches("arn:aws:iam::\\d{12}:role/.+")) {
            throw new AwsError(400, "ValidationError", request.roleArn() + " is invalid: RoleArn must name a role");
        }
        if (request.roleSessionName() == null || !request.roleSessionName().matches("[\\w+=,.@-]{2,64}")) {
            throw new AwsError(400, "ValidationError", "RoleSessionName must match [\\w+=,.@-]{2,64}");
        }
        int seconds = request.durationSeconds() == null ? HOUR : request.durationSeconds();
        if (seconds < 900 || seconds > 12 * HOUR) {
            throw new AwsError(400, "ValidationError", "DurationSeconds must be 900 to 43200; given: " + seconds);
        }
        String account = request.roleArn().split(":", -1)[4];
        String role = request.roleArn().substring(request.roleArn().lastIndexOf('/') + 1);
        return AssumeRoleResponse.builder()
                .credentials(credentials(seconds))
                .assumedRoleUser(user -> user.assumedRoleId("AROAPENSTOCK:" + request.roleSessionName())
                        .arn("arn:aws:sts::%s:assumed-role/%s/%s".formatted(account, role, request.roleSessionName())))
                .build();
    }

    private Credentials credentials(int seconds) {
        String random = UUID.randomUUID().toString().replace("-", "");
        return Credentials.builder()
                .accessKeyId("ASIA" + random.substring(0, 16).toUpperCase(Locale.ROOT))
                .secretAccessKey(random + random.substring(0, 8))
                .sessionToken("penstock" + random)
                .expiration(clock.instant().plus(Duration.ofSeconds(seconds)))
                .build();
    }
}
