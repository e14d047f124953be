package dev.penstock.lambdas.diversion;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;

/** Where a handler puts a record that can never succeed. */
@FunctionalInterface
public interface Diversion {
    /**
     * Keeps the record with the reason; the same record again replaces itself.
     *
     * @throws RuntimeException when it can't be kept now, so that the record must be delivered again
     */
    void divert(DynamodbStreamRecord record, String reason);
}
