package dev.penstock.local.wire;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.traits.PayloadTrait;

/**
 * What one model class looks like on the wire: its members by name, computed once per class. Request builders and
 * the objects they build have the same fields, but each class gets its own table.
 *
 * @param payload the members that travel in the body, by their wire name
 * @param inOrder the same members in the model's order
 * @param elsewhere the members that travel in path, query, header or status, in the model's order
 * @param body the one member that is the whole body (REST services only)
 */
record Shape(
        Map<String, Member> payload,
        List<Member> inOrder,
        List<Member> elsewhere,
        @Nullable Member body) {
    private static final Map<Class<?>, Shape> SHAPES = new ConcurrentHashMap<>();

    /** The shape of a model object or builder. */
    static Shape of(SdkPojo pojo) {
        return SHAPES.computeIfAbsent(pojo.getClass(), type -> scan(pojo));
    }

    private static Shape scan(SdkPojo pojo) {
        Map<String, Member> payload = new HashMap<>();
        List<Member> inOrder = new ArrayList<>();
        List<Member> elsewhere = new ArrayList<>();
        Member body = null;
        for (var field : pojo.sdkFields()) {
            Member member = Member.of(field);
            if (field.containsTrait(PayloadTrait.class)) {
                body = member;
            } else if (field.location() == MarshallLocation.PAYLOAD) {
                payload.put(member.name(), member);
                inOrder.add(member);
            } else {
                elsewhere.add(member);
            }
        }
        return new Shape(payload, List.copyOf(inOrder), List.copyOf(elsewhere), body);
    }
}
