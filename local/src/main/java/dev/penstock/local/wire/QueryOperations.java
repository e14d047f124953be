package dev.penstock.local.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.gateway.Response;
import dev.penstock.local.gateway.Service;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.utils.builder.Buildable;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/** A service of the AWS query protocol (form fields in, XML out), as a table of operations on the SDK's models. */
public final class QueryOperations implements Service {
    private final String signingName;
    private final String namespace;
    private final SdkOperations onAws;
    private final Map<String, Function<Call, SdkPojo>> operations = new HashMap<>();

    private record Call(Map<String, String> fields, Request request) {}

    /**
     * @param namespace the XML namespace of the answers
     * @param sdkClient the service's client interface, whose methods are the operations that exist on AWS
     */
    public QueryOperations(String signingName, String namespace, Class<?> sdkClient) {
        this.signingName = signingName;
        this.namespace = namespace;
        this.onAws = new SdkOperations(sdkClient);
    }

    /** Adds an operation. The table is complete before the service is used. */
    public <B extends SdkPojo & SdkBuilder<B, I>, I> QueryOperations on(
            String operation, Supplier<B> builder, BiFunction<I, Request, ? extends SdkPojo> handler) {
        operations.put(operation, call -> {
            B input = builder.get();
            read(call.fields(), "", input);
            return handler.apply(input.build(), call.request());
        });
        return this;
    }

    @Override
    public String signingName() {
        return signingName;
    }

    @Override
    public Response handle(Request request) {
        Map<String, String> fields = new LinkedHashMap<>();
        String form = request.body().length > 0 ? new String(request.body(), UTF_8) : request.query();
        Fields.parse(form).forEach((name, values) -> fields.put(name, values.getFirst()));
        String operation = fields.getOrDefault("Action", "");
        Function<Call, SdkPojo> handler = operations.get(operation);
        if (handler == null) {
            AwsError missing = onAws.missing(signingName, operation);
            throw missing.status() == 501
                    ? missing
                    : new AwsError(
                            400,
                            "InvalidAction",
                            "Could not find operation " + operation + " for version "
                                    + fields.getOrDefault("Version", "(none)"));
        }
        return Response.ok("text/xml", answer(operation, handler.apply(new Call(fields, request))));
    }

    private byte[] answer(String operation, SdkPojo answer) {
        return Xml.document(xml -> {
            xml.writeStartElement(operation + "Response");
            xml.writeDefaultNamespace(namespace);
            xml.writeStartElement(operation + "Result");
            Xml.members(xml, answer);
            xml.writeEndElement();
            xml.writeStartElement("ResponseMetadata");
            xml.writeStartElement("RequestId");
            xml.writeCharacters(UUID.randomUUID().toString());
            xml.writeEndElement();
            xml.writeEndElement();
            xml.writeEndElement();
        });
    }

    /** Fills a builder from the fields that start with {@code prefix}. */
    static void read(Map<String, String> fields, String prefix, SdkPojo builder) {
        for (Member member : Shape.of(builder).inOrder()) {
            Object value = value(fields, prefix + member.name(), member);
            if (value != null) {
                member.field().set(builder, value);
            }
        }
    }

    private static @Nullable Object value(Map<String, String> fields, String name, Member member) {
        return switch (member.type()) {
            case SDK_POJO -> {
                if (!hasFieldsUnder(fields, name)) {
                    yield null;
                }
                SdkPojo nested = member.construct();
                read(fields, name + ".", nested);
                yield ((Buildable) nested).build();
            }
            case LIST -> list(fields, name, member);
            case MAP -> map(fields, name, member);
            case SDK_BYTES -> {
                String text = fields.get(name);
                yield text == null ? null : SdkBytes.fromByteArrayUnsafe(Base64Text.decode(text));
            }
            default -> {
                String text = fields.get(name);
                yield text == null ? null : RestBinding.scalar(text, member);
            }
        };
    }

    private static @Nullable List<Object> list(Map<String, String> fields, String name, Member member) {
        ListTrait trait = member.field().getRequiredTrait(ListTrait.class);
        String element = trait.memberLocationName() == null ? "member" : trait.memberLocationName();
        String path = trait.isFlattened() ? name : name + "." + element;
        List<Object> list = new ArrayList<>();
        for (int i = 1; hasField(fields, path + "." + i); i++) {
            Object value = value(fields, path + "." + i, member.elements());
            if (value != null) {
                list.add(value);
            }
        }
        return list.isEmpty() && !fields.containsKey(name) ? null : list;
    }

    private static @Nullable Map<String, Object> map(Map<String, String> fields, String name, Member member) {
        MapTrait trait = member.field().getRequiredTrait(MapTrait.class);
        String path = trait.isFlattened() ? name : name + ".entry";
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 1; hasField(fields, path + "." + i); i++) {
            String key = fields.get(path + "." + i + "." + trait.keyLocationName());
            Object value = value(fields, path + "." + i + "." + trait.valueLocationName(), member.elements());
            if (key != null && value != null) {
                map.put(key, value);
            }
        }
        return map.isEmpty() ? null : map;
    }

    private static boolean hasField(Map<String, String> fields, String name) {
        return fields.containsKey(name) || hasFieldsUnder(fields, name);
    }

    private static boolean hasFieldsUnder(Map<String, String> fields, String name) {
        String prefix = name + ".";
        return fields.keySet().stream().anyMatch(field -> field.startsWith(prefix));
    }
}
