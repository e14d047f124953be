package dev.penstock.local.dax;

import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;

/** Counts what a client's GetItem calls ask of a table: requests, read units, refusals. Threadsafe. */
final class TableMeter implements ExecutionInterceptor {
    private final LongAdder requests = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final DoubleAdder units = new DoubleAdder();

    @Override
    public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
        return context.request() instanceof GetItemRequest get
                ? get.toBuilder()
                        .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)
                        .build()
                : context.request();
    }

    @Override
    public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
        if (context.response() instanceof GetItemResponse response) {
            requests.increment();
            units.add(response.consumedCapacity().capacityUnits());
        }
    }

    @Override
    public void onExecutionFailure(Context.FailedExecution context, ExecutionAttributes attributes) {
        if (context.request() instanceof GetItemRequest) {
            requests.increment();
            failures.increment();
        }
    }

    long requests() {
        return requests.sum();
    }

    long failures() {
        return failures.sum();
    }

    double units() {
        return units.sum();
    }
}
