package dev.penstock.lambdas.welcome;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import dev.penstock.lambdas.catalog.Consumer;
import dev.penstock.lambdas.catalog.Environment;
import dev.penstock.lambdas.tables.TableNames;
import java.time.InstantSource;
import java.util.Map;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Confirms claims: invoked by an EventBridge rule on source {@code aws.ses}, detail type {@code Email Sent}, which the
 * configuration set publishes. Writes only to the claims table that the mail's tag names.
 */
public final class SendEventHandler implements RequestHandler<Map<String, Object>, String> {
    private final DynamoDbClient client;
    private final TableNames names;

    /** Lambda's door. */
    public SendEventHandler() {
        this(
                DynamoDbClient.builder()
                        .httpClientBuilder(UrlConnectionHttpClient.builder())
                        .build(),
                TableNames.of(Environment.ofProcess()));
    }

    SendEventHandler(DynamoDbClient client, TableNames names) {
        this.client = client;
        this.names = names;
    }

    /** Answers {@code SENT} or {@code IGNORED}. */
    @Override
    public String handleRequest(Map<String, Object> event, Context context) {
        return SendEvents.read(event)
                .map(send -> {
                    new Claims(
                                    client,
                                    names.physical(Consumer.claimsName(send.consumer())),
                                    send.consumer(),
                                    InstantSource.system())
                            .mark(send.claim(), Claims.State.SENT, send.messageId());
                    return "SENT";
                })
                .orElse("IGNORED");
    }
}
