package dev.penstock.lambdas.tables;

import dev.penstock.lambdas.catalog.Environment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
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
    /** As many as a projector has calls under way: the JDK keeps 5, and would open a connection for each call beyond. */
    private static final String CONNECTIONS_KEPT = "16";

    private static final int CONNECT_MILLIS = 2_000;
    private static final int READ_MILLIS = 30_000;

    private FunctionClient() {}

    public static DynamoDbClient dynamoDb(Environment environment) {
        if (System.getProperty("http.maxConnections") == null) {
            System.setProperty("http.maxConnections", CONNECTIONS_KEPT);
        }
        DynamoDbClientBuilder builder = DynamoDbClient.builder()
                .httpClient(UrlConnectionHttpClient.create(FunctionClient::connection))
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

    /**
     * With the limits that the SDK sets, and without the TLS context that it makes at once: the JDK makes the same one
     * when a connection needs it.
     */
    private static HttpURLConnection connection(URI address) {
        try {
            HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
            connection.setConnectTimeout(CONNECT_MILLIS);
            connection.setReadTimeout(READ_MILLIS);
            return connection;
        } catch (IOException e) {
            throw new UncheckedIOException("no connection to " + address, e);
        }
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
