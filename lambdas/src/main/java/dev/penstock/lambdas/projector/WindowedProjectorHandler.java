package dev.penstock.lambdas.projector;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.DynamodbTimeWindowEvent;
import com.amazonaws.services.lambda.runtime.events.TimeWindowEventResponse;

/** The same for a source with windowed aggregates. */
public final class WindowedProjectorHandler
        implements RequestHandler<DynamodbTimeWindowEvent, TimeWindowEventResponse> {
    @Override
    public TimeWindowEventResponse handleRequest(DynamodbTimeWindowEvent event, Context context) {
        throw new UnsupportedOperationException("not built yet");
    }
}
