package dev.penstock.local.redelivery;

import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.tables.TableNames;
import dev.penstock.lambdas.verify.Verifier;
import java.time.InstantSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * One stage in one region: its clients and the names of what it holds.
 *
 * @param prefix of tables and functions, empty in stage {@code local}
 * @param failures the failure bucket
 * @param archive the bucket of expired items
 * @param exports the bucket of exports
 * @param clock the stage's time, which a user of a local runtime can move
 * @param settled whether the consumers have applied all that was written; on AWS nothing tells, so it never is, after a pause
 */
public record Site(
        DynamoDbClient dynamoDb,
        S3Client s3,
        LambdaClient lambda,
        String prefix,
        String failures,
        String archive,
        String exports,
        InstantSource clock,
        Verifier.Settled settled) {

    /** Alias under which a stage's functions are called. */
    private static final String ALIAS = "live";

    public TableNames names() {
        return new TableNames(prefix);
    }

    /** A table of the catalog by the name it has in this stage; any other name means the table of that name. */
    public String table(String name) {
        boolean declared = Storefront.catalog().tables().stream()
                        .anyMatch(table -> table.name().equals(name))
                || Storefront.catalog().derivedTables().stream()
                        .anyMatch(table -> table.name().equals(name));
        return declared ? names().physical(name) : name;
    }

    /** What Invoke takes to call a consumer. */
    public String function(String consumer) {
        return prefix + consumer + ":" + ALIAS;
    }

    /** The consumer that a function ARN or name belongs to. */
    public String consumer(String functionArn) {
        String[] parts = functionArn.split(":", -1);
        String name = parts.length > 6 ? parts[6] : parts[0];
        return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
    }
}
