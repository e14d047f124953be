package dev.penstock.local.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.cbor.CBORParser;
import dev.penstock.local.gateway.AwsError;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkNumber;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;
import software.amazon.awssdk.utils.builder.Buildable;

/**
 * Reads one JSON (or CBOR) value into a model object, without a tree in between. Strict on types as AWS is; members
 * the model does not know are skipped, {@code null} means absent.
 */
final class JsonReader {
    private JsonReader() {}

    /** Fills the builder from the object the parser stands at. */
    static void structure(JsonParser parser, SdkPojo builder, boolean inCollection) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw SerializationError.structure(parser, builder, inCollection);
        }
        Map<String, Member> members = Shape.of(builder).payload();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            Member member = members.get(name);
            parser.nextToken();
            if (member == null) {
                parser.skipChildren();
            } else {
                Object value = value(parser, member, false);
                if (value != null) {
                    member.field().set(builder, value);
                }
            }
        }
    }

    static @Nullable Object value(JsonParser parser, Member member, boolean inCollection) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NULL && !member.isAttributeValue()) {
            return null;
        }
        return switch (member.type()) {
            case STRING -> string(parser);
            case INTEGER -> (int) integer(parser, "java.lang.Integer");
            case LONG -> integer(parser, "java.lang.Long");
            case SHORT -> (short) integer(parser, "java.lang.Short");
            case BYTE -> (byte) integer(parser, "java.lang.Byte");
            case DOUBLE -> decimal(parser, "java.lang.Double").doubleValue();
            case FLOAT -> decimal(parser, "java.lang.Float").floatValue();
            case BIG_DECIMAL -> decimal(parser, "java.math.BigDecimal");
            case BOOLEAN -> bool(parser);
            case INSTANT -> instant(parser, member);
            case SDK_BYTES -> SdkBytes.fromByteArrayUnsafe(bytes(parser));
            case LIST -> list(parser, member);
            case MAP -> map(parser, member);
            case DOCUMENT -> document(parser);
            case NULL -> null;
            case SDK_POJO -> {
                if (member.isAttributeValue()) {
                    yield AttributeValues.read(parser, inCollection);
                }
                SdkPojo builder = member.construct();
                structure(parser, builder, inCollection);
                yield ((Buildable) builder).build();
            }
        };
    }

    static String string(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw SerializationError.scalar(parser, "java.lang.String");
        }
        return parser.getText();
    }

    static boolean bool(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_STRING -> {
                String word = parser.getText();
                if (!word.equalsIgnoreCase("true") && !word.equalsIgnoreCase("false")) {
                    throw SerializationError.of("Unexpected token received from parser");
                }
                yield Boolean.parseBoolean(word);
            }
            default -> throw SerializationError.scalar(parser, "java.lang.Boolean");
        };
    }

    static byte[] bytes(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_EMBEDDED_OBJECT -> parser.getBinaryValue();
            case VALUE_STRING -> Base64Text.decode(parser.getText());
            default -> throw SerializationError.blob(parser);
        };
    }

    /** AWS takes any number for an integer member and drops what does not fit. */
    private static long integer(JsonParser parser, String javaType) throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_NUMBER_INT ->
                parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                        ? parser.getBigIntegerValue().longValue()
                        : parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> (long) parser.getDoubleValue();
            default -> throw SerializationError.scalar(parser, javaType);
        };
    }

    private static BigDecimal decimal(JsonParser parser, String javaType) throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
            default -> throw SerializationError.scalar(parser, javaType);
        };
    }

    private static Object instant(JsonParser parser, Member member) throws IOException {
        Format format = member.timestamps() == null ? Format.UNIX_TIMESTAMP : member.timestamps();
        boolean isNumber = parser.currentToken().isNumeric();
        try {
            // In CBOR a time is always tagged epoch seconds, whatever the member's format in JSON is.
            if (isNumber && (format != Format.UNIX_TIMESTAMP_MILLIS || parser instanceof CBORParser)) {
                return Timestamps.ofSeconds(parser.getDecimalValue());
            }
            if (isNumber || (parser.currentToken() == JsonToken.VALUE_STRING && format != Format.UNIX_TIMESTAMP)) {
                return Timestamps.parse(parser.getText(), format);
            }
        } catch (DateTimeException | ArithmeticException | NumberFormatException notATime) {
            throw SerializationError.of("Unable to parse date: " + parser.getText());
        }
        throw SerializationError.scalar(parser, "java.util.Date");
    }

    static List<Object> list(JsonParser parser, Member member) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw SerializationError.list(parser);
        }
        List<Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            list.add(present(value(parser, member.elements(), true), member, list.size() + 1));
        }
        return list;
    }

    static Map<String, Object> map(JsonParser parser, Member member) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw SerializationError.map(parser, member.elements());
        }
        Map<String, Object> map = new LinkedHashMap<>();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            parser.nextToken();
            map.put(name, present(value(parser, member.elements(), true), member, name));
        }
        return map;
    }

    /** Lists and maps of AWS's protocols hold no nulls. */
    private static Object present(@Nullable Object element, Member member, Object at) {
        if (element != null) {
            return element;
        }
        String name = member.name();
        return AwsError.required(
                Character.toLowerCase(name.charAt(0)) + name.substring(1) + "." + at + ".member", element);
    }

    private static Document document(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_NULL -> Document.fromNull();
            case VALUE_TRUE -> Document.fromBoolean(true);
            case VALUE_FALSE -> Document.fromBoolean(false);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Document.fromNumber(SdkNumber.fromString(parser.getText()));
            case START_ARRAY -> {
                List<Document> list = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    list.add(document(parser));
                }
                yield Document.fromList(list);
            }
            case START_OBJECT -> {
                Map<String, Document> map = new LinkedHashMap<>();
                for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                    parser.nextToken();
                    map.put(name, document(parser));
                }
                yield Document.fromMap(map);
            }
            default -> Document.fromString(parser.getText());
        };
    }
}
