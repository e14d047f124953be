package dev.penstock.local.sts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.penstock.local.runtime.ServicesUnderTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.StsException;

class StsServiceTest {
    private final ServicesUnderTest services = new ServicesUnderTest();
    private final StsClient sts = services.client(StsClient.class);

    @AfterEach
    void close() {
        services.close();
    }

    @Test
    void saysWhoIsCalling() {
        assertEquals("000000000000", sts.getCallerIdentity().account());
        assertEquals("arn:aws:iam::000000000000:root", sts.getCallerIdentity().arn());
    }

    @Test
    void assumesRolesForAsLongAsAsked() {
        var answer = sts.assumeRole(r -> r.roleArn("arn:aws:iam::000000000000:role/path/reader")
                .roleSessionName("ada")
                .durationSeconds(900));
        assertEquals(
                ServicesUnderTest.NOON.plusSeconds(900), answer.credentials().expiration());
        assertEquals(
                "arn:aws:sts::000000000000:assumed-role/reader/ada",
                answer.assumedRoleUser().arn());
        assertEquals(20, answer.credentials().accessKeyId().length());
    }

    @Test
    void refusesBadInput() {
        assertEquals(400, status(() -> sts.assumeRole(r -> r.roleArn("reader").roleSessionName("ada"))));
        assertEquals(
                400,
                status(() -> sts.assumeRole(r -> r.roleArn("arn:aws:iam::000000000000:role/r")
                        .roleSessionName("ada")
                        .durationSeconds(1))));
        assertEquals(501, status(() -> sts.getFederationToken(r -> r.name("n"))));
    }

    private static int status(Runnable action) {
        return assertThrows(StsException.class, action::run).statusCode();
    }
}
