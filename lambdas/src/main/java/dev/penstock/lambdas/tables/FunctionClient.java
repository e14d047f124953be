package dev.penstock.lambdas.tables;

import dev.penstock.lambdas.catalog.Environment;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.awscore.defaultsmode.DefaultsMode;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;

/** The DynamoDB client of a function: what the SDK would look for in a dozen places stands in the environment. */
public final class FunctionClient {
    private FunctionClient() {}

    public static DynamoDbClient dynamoDb(Environment environment) {
        DynamoDbClientBuilder builder = DynamoDbClient.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .credentialsProvider(credentials(environment))
                .defaultsMode(DefaultsMode.IN_REGION)
                .overrideConfiguration(settings ->
                        settings.defaultProfileFile(ProfileFile.aggregator().build()));
        String region = environment.optional(Environment.REGION, "");
        if (!region.isEmpty()) {
            builder.region(Region.of(region));
        }
        return builder.build();
    }

    private static AwsCredentialsProvider credentials(Environment environment) {
        boolean inEnvironment = !environment
                        .optional(Environment.ACCESS_KEY, "")
                        .isEmpty()
                && environment.optional(Environment.CONTAINER_CREDENTIALS, "").isEmpty();
        return inEnvironment
                ? EnvironmentVariableCredentialsProvider.create()
                : DefaultCredentialsProvider.builder().build();
    }
}
