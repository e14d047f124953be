package dev.penstock.local.sns;

import dev.penstock.local.clients.Clients;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.gateway.Response;
import dev.penstock.local.gateway.Service;
import dev.penstock.local.wire.QueryOperations;
import java.time.InstantSource;
import java.util.function.Function;
import software.amazon.awssdk.services.sns.SnsClient;

/** SNS. Messages are delivered in the background, in order per FIFO topic. */
public final class SnsService implements Service, AutoCloseable {
    private final PublishOperations publishing;
    private final QueryOperations operations =
            new QueryOperations("sns", "http://sns.amazonaws.com/doc/2010-03-31/", SnsClient.class);

    /** @param clients the clients of a region, for delivery to queues and functions */
    public SnsService(InstantSource clock, Function<String, Clients> clients) {
        Topics topics = new Topics();
        this.publishing = new PublishOperations(clock, topics, new Delivery(clients));
        new TopicOperations(topics).addTo(operations);
        new SubscriptionOperations(topics).addTo(operations);
        publishing.addTo(operations);
    }

    @Override
    public String signingName() {
        return "sns";
    }

    @Override
    public Response handle(Request request) {
        return operations.handle(request);
    }

    @Override
    public void close() {
        publishing.close();
    }
}
