package dev.penstock.local.mail;

import dev.penstock.local.events.EventBus;
import dev.penstock.local.events.Targets;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.gateway.Response;
import dev.penstock.local.gateway.Service;
import java.time.InstantSource;

/** SES: version 2 speaks REST and JSON under {@code /v2/email}, version 1 the query protocol; they share all state. */
public final class SesService implements Service {
    private final SesV1 v1;
    private final SesV2 v2;

    public SesService(MailBox box, InstantSource clock, Targets targets, EventBus bus) {
        Outbox outbox = new Outbox(box, clock, targets, bus);
        v1 = new SesV1(outbox);
        v2 = new SesV2(outbox);
    }

    @Override
    public String signingName() {
        return "ses";
    }

    @Override
    public Response handle(Request request) {
        return request.path().startsWith("/v2/")
                ? v2.operations().handle(request)
                : v1.operations().handle(request);
    }
}
