package dev.penstock.infra.functions;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import software.amazon.awscdk.services.iam.PolicyStatement;

/**
 * What a role may do, by intent. The lists of IAM actions are here and nowhere else, each no longer than the handler's
 * calls need: a read-write grant of CDK would add Scan, DescribeTable and the stream.
 */
public final class Access {

    private Access() {}

    /** Read single items of tables. */
    public static PolicyStatement readItems(List<String> tables) {
        return allow(tables, "dynamodb:GetItem", "dynamodb:BatchGetItem");
    }

    /** Put, update and delete single items of tables, in transactions too, whose checks need ConditionCheckItem. */
    public static PolicyStatement writeItems(List<String> tables) {
        return allow(
                tables,
                "dynamodb:GetItem",
                "dynamodb:BatchGetItem",
                "dynamodb:PutItem",
                "dynamodb:UpdateItem",
                "dynamodb:DeleteItem",
                "dynamodb:BatchWriteItem",
                "dynamodb:ConditionCheckItem");
    }

    /** Put single items into a table, seeing the one that stands in the way of a condition. */
    public static PolicyStatement putItems(String table) {
        return allow(List.of(table), "dynamodb:PutItem");
    }

    /**
     * Read and put single items whose partition key begins with a prefix (AWS: Using IAM policy conditions for
     * fine-grained access control).
     */
    public static PolicyStatement ownItems(String table, String prefix) {
        PolicyStatement statement = allow(List.of(table), "dynamodb:GetItem", "dynamodb:PutItem");
        statement.addCondition("ForAllValues:StringLike", Map.of("dynamodb:LeadingKeys", List.of(prefix + "*")));
        return statement;
    }

    /** Query tables or their indexes. */
    public static PolicyStatement queryItems(List<String> tables) {
        return allow(tables, "dynamodb:Query");
    }

    /** Read a whole table. */
    public static PolicyStatement scanItems(List<String> tables) {
        return allow(tables, "dynamodb:Scan");
    }

    /** Poll a table's stream: what an event source mapping does in the function's name. */
    public static PolicyStatement readStream(String stream) {
        return allow(List.of(stream), "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator");
    }

    /** ListStreams has no finer resource than all streams of a table. */
    public static PolicyStatement listStreams(String table) {
        return allow(List.of(table + "/stream/*"), "dynamodb:ListStreams");
    }

    /** Write objects under a prefix; {@code s3:ListBucket} lets Lambda tell a missing bucket from a forbidden one. */
    public static Stream<PolicyStatement> putObjects(String bucket, String prefix) {
        return Stream.of(
                allow(List.of(bucket), "s3:ListBucket"), allow(List.of(bucket + "/" + prefix + "*"), "s3:PutObject"));
    }

    /** Read objects under a prefix. */
    public static Stream<PolicyStatement> readObjects(String bucket, String prefix) {
        return Stream.of(
                allow(List.of(bucket), "s3:ListBucket", "s3:GetBucketLocation"),
                allow(List.of(bucket + "/" + prefix + "*"), "s3:GetObject"));
    }

    /**
     * Use a customer key, but only through the service that holds the data. Without this a stack works with AWS's own
     * key and answers AccessDenied with a customer's (AWS: Amazon DynamoDB encryption at rest, usage notes).
     *
     * @param service {@code dynamodb} or {@code s3}
     */
    public static PolicyStatement useKey(String key, String service, String region) {
        PolicyStatement statement = allow(
                List.of(key),
                "kms:Decrypt",
                "kms:DescribeKey",
                "kms:Encrypt",
                "kms:GenerateDataKey*",
                "kms:ReEncrypt*");
        statement.addCondition(
                "StringEquals", Map.of("kms:ViaService", "%s.%s.amazonaws.com".formatted(service, region)));
        return statement;
    }

    /** Let a service that makes something on the caller's behalf keep using the key for it, as a restored table does. */
    public static PolicyStatement grantKey(String key, String service, String region) {
        PolicyStatement statement = allow(List.of(key), "kms:CreateGrant");
        statement.addCondition(
                "StringEquals", Map.of("kms:ViaService", "%s.%s.amazonaws.com".formatted(service, region)));
        statement.addCondition("Bool", Map.of("kms:GrantIsForAWSResource", "true"));
        return statement;
    }

    /** Send from one identity through one configuration set. */
    public static PolicyStatement sendMail(String identity, String configurationSet) {
        return allow(List.of(identity, configurationSet), "ses:SendEmail");
    }

    /** Write to one log group. */
    public static PolicyStatement writeLogs(String logGroup) {
        return allow(List.of(logGroup + ":*"), "logs:CreateLogStream", "logs:PutLogEvents");
    }

    /** Send trace segments: X-Ray has no resources to name. */
    public static PolicyStatement writeTraces() {
        return allow(List.of("*"), "xray:PutTraceSegments", "xray:PutTelemetryRecords");
    }

    /** Let Lambda place the function's network interfaces: EC2 has no finer resources for these (AWS: Lambda in a VPC). */
    static PolicyStatement attachToNetwork() {
        return allow(
                List.of("*"),
                "ec2:AssignPrivateIpAddresses",
                "ec2:CreateNetworkInterface",
                "ec2:DeleteNetworkInterface",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeSubnets",
                "ec2:UnassignPrivateIpAddresses");
    }

    /** Allow actions on resources. */
    public static PolicyStatement allow(List<String> resources, String... actions) {
        return PolicyStatement.Builder.create()
                .actions(List.of(actions))
                .resources(resources)
                .build();
    }
}
