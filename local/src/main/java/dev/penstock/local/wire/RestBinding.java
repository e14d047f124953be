package dev.penstock.local.wire;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Request;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.protocol.MarshallingKnownType;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;

/** Members of REST services that travel outside the body: in path, query, headers and status. */
final class RestBinding {
    private RestBinding() {}

    static void read(Request request, Map<String, String> labels, Map<String, List<String>> query, SdkPojo builder) {
        for (Member member : Shape.of(builder).elsewhere()) {
            Object value = switch (member.location()) {
                case PATH, GREEDY_PATH -> {
                    String label = labels.get(member.name());
                    yield label == null ? null : scalar(label, member);
                }
                case QUERY_PARAM -> query(query, member);
                case HEADER -> header(request, member);
                case PAYLOAD, STATUS_CODE -> null;
            };
            if (value != null) {
                member.field().set(builder, value);
            }
        }
    }

    private static @Nullable Object query(Map<String, List<String>> query, Member member) {
        List<String> values = query.get(member.name());
        return switch (member.type()) {
            case LIST -> values == null ? null : scalars(values, member.elements());
            case MAP -> null;
            default -> values == null ? null : scalar(values.getFirst(), member);
        };
    }

    private static @Nullable Object header(Request request, Member member) {
        if (member.type() == MarshallingKnownType.MAP) {
            return prefixed(request, member.name().toLowerCase(Locale.ROOT));
        }
        String value = request.header(member.name()).orElse(null);
        if (value == null) {
            return null;
        }
        return switch (member.type()) {
            case LIST ->
                scalars(Arrays.stream(value.split(",")).map(String::strip).toList(), member.elements());
            default -> scalar(value, member);
        };
    }

    private static Map<String, String> prefixed(Request request, String prefix) {
        Map<String, String> map = new LinkedHashMap<>();
        request.headers().forEach((name, values) -> {
            if (name.startsWith(prefix) && name.length() > prefix.length()) {
                map.put(name.substring(prefix.length()), String.join(",", values));
            }
        });
        return map;
    }

    private static List<Object> scalars(List<String> texts, Member member) {
        List<Object> values = new ArrayList<>(texts.size());
        for (String text : texts) {
            values.add(scalar(text, member));
        }
        return values;
    }

    static Object scalar(String text, Member member) {
        try {
            return switch (member.type()) {
                case STRING -> text;
                case INTEGER -> Integer.valueOf(text);
                case LONG -> Long.valueOf(text);
                case SHORT -> Short.valueOf(text);
                case BYTE -> Byte.valueOf(text);
                case DOUBLE -> Double.valueOf(text);
                case FLOAT -> Float.valueOf(text);
                case BIG_DECIMAL -> new BigDecimal(text);
                case BOOLEAN -> bool(text);
                case INSTANT -> Timestamps.parse(text, format(member));
                default -> throw new NumberFormatException("no scalar");
            };
        } catch (NumberFormatException | DateTimeException wrong) {
            throw new AwsError(
                    400,
                    "SerializationException",
                    "'" + text + "' is no valid value of " + member.name() + ": "
                            + member.type().name().toLowerCase(Locale.ROOT));
        }
    }

    private static boolean bool(String text) {
        if (!text.equalsIgnoreCase("true") && !text.equalsIgnoreCase("false")) {
            throw new NumberFormatException("no boolean");
        }
        return Boolean.parseBoolean(text);
    }

    private static Format format(Member member) {
        Format format = member.timestamps();
        if (format != null) {
            return format;
        }
        return member.location() == MarshallLocation.HEADER ? Format.RFC_822 : Format.ISO_8601;
    }

    /** Puts the members that are headers into {@code headers}; returns the status, which a member may hold. */
    static int write(SdkPojo answer, int status, Map<String, String> headers) {
        int result = status;
        for (Member member : Shape.of(answer).elsewhere()) {
            Object value = member.field().getValueOrDefault(answer);
            if (!JsonWriter.isSet(value)) {
                continue;
            }
            if (member.location() == MarshallLocation.STATUS_CODE) {
                result = (Integer) value;
            } else if (value instanceof Map<?, ?> map) {
                map.forEach((name, text) -> headers.put(member.name() + name, String.valueOf(text)));
            } else if (value instanceof List<?> list) {
                headers.put(
                        member.name(),
                        String.join(",", list.stream().map(String::valueOf).toList()));
            } else {
                headers.put(
                        member.name(),
                        value instanceof Instant time ? Timestamps.format(time, format(member)) : value.toString());
            }
        }
        return result;
    }
}
