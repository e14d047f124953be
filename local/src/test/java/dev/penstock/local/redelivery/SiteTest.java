package dev.penstock.local.redelivery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.s3.S3Client;

class SiteTest {
    /** So that a command of the runbook is the same for a stage on AWS, and any table can be named. */
    @Test
    void tablesOfTheCatalogAreNamedAsInTheCatalog() {
        Site prod = site("penstock-prod-");
        assertEquals("penstock-prod-Orders", prod.table("Orders"));
        assertEquals("penstock-prod-OrdersByStatus", prod.table("OrdersByStatus"));
        assertEquals("penstock-prod-Orders", prod.table("penstock-prod-Orders"));
        assertEquals("Orders-good", prod.table("Orders-good"));
        assertEquals("Orders", site("").table("Orders"));
    }

    @SuppressWarnings("NullAway") // no client is asked
    private static Site site(String prefix) {
        return new Site(
                (DynamoDbClient) null,
                (S3Client) null,
                (LambdaClient) null,
                prefix,
                "failures",
                "archive",
                "exports",
                InstantSource.system(),
                null);
    }
}
