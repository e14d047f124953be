package dev.penstock.local.recovery;

import dev.penstock.local.clients.Clients;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.interceptor.Context.AfterExecution;
import software.amazon.awssdk.core.interceptor.Context.BeforeExecution;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;

/**
 * Crashes whoever makes a call, before it is sent or after it was answered: the two places where a crash leaves different
 * things behind. Each call counts twice for that.
 */
final class CrashingCalls implements ExecutionInterceptor {
    static final String CRASH = "crashed here";

    private final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
    private volatile String operation = "";

    <B extends AwsClientBuilder<B, ?> & AwsSyncClientBuilder<B, ?>> B of(B builder, URI endpoint, String region) {
        return builder.endpointOverride(endpoint)
                .region(Region.of(region))
                .credentialsProvider(Clients.CREDENTIALS)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(override -> override.addExecutionInterceptor(this));
    }

    /** Once, at that call from now on. */
    void at(int call) {
        left.set(call);
    }

    /** Whenever that operation is called. */
    void before(String name) {
        operation = name;
    }

    void never() {
        left.set(Integer.MAX_VALUE);
        operation = "";
    }

    /** How many calls there were since it was told to crash never. */
    int counted() {
        return Integer.MAX_VALUE - left.get();
    }

    @Override
    public void beforeExecution(BeforeExecution context, ExecutionAttributes attributes) {
        if (operation.equals(attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME))) {
            throw new IllegalStateException(CRASH);
        }
        crashIfItIsTime();
    }

    @Override
    public void afterExecution(AfterExecution context, ExecutionAttributes attributes) {
        crashIfItIsTime();
    }

    private void crashIfItIsTime() {
        if (left.decrementAndGet() == 0) {
            throw new IllegalStateException(CRASH);
        }
    }
}
