package dev.penstock.lambdas.testing;

import com.amazonaws.services.lambda.runtime.events.models.dynamodb.AttributeValue;
import dev.penstock.lambdas.item.Value;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/** Items in the form of Lambda's events. */
final class EventItems {
    private EventItems() {}

    static Map<String, AttributeValue> toEvent(Map<String, Value> item) {
        Map<String, AttributeValue> event = new HashMap<>();
        item.forEach((name, value) -> event.put(name, toEvent(value)));
        return event;
    }

    private static AttributeValue toEvent(Value value) {
        AttributeValue event = new AttributeValue();
        switch (value) {
            case Value.S s -> event.setS(s.value());
            case Value.N n -> event.setN(n.text());
            case Value.B b -> event.setB(ByteBuffer.wrap(Base64.getDecoder().decode(b.base64())));
            case Value.Bool bool -> event.setBOOL(bool.value());
            case Value.Null ignored -> event.setNULL(true);
            case Value.L l ->
                event.setL(l.values().stream().map(EventItems::toEvent).toList());
            case Value.M m -> event.setM(toEvent(m.values()));
            case Value.SS ss -> event.setSS(ss.values());
            case Value.NS ns ->
                event.setNS(ns.values().stream().map(BigDecimal::toPlainString).toList());
            case Value.BS bs ->
                event.setBS(bs.values().stream()
                        .map(base64 -> ByteBuffer.wrap(Base64.getDecoder().decode(base64)))
                        .toList());
        }
        return event;
    }
}
