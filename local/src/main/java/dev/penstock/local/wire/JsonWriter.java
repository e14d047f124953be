package dev.penstock.local.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Writes a model object as JSON (or CBOR): members that are set, in the model's order. */
final class JsonWriter {
    private JsonWriter() {}

    /** False for what the SDK returns for a member nobody set; an empty list that was set is set. */
    static boolean isSet(@Nullable Object value) {
        return value != null && !(value instanceof SdkAutoConstructList) && !(value instanceof SdkAutoConstructMap);
    }

    static void structure(JsonGenerator json, SdkPojo pojo) throws IOException {
        json.writeStartObject();
        for (Member member : Shape.of(pojo).inOrder()) {
            Object value = member.field().getValueOrDefault(pojo);
            if (isSet(value)) {
                json.writeFieldName(member.name());
                value(json, member, value);
            }
        }
        json.writeEndObject();
    }

    static void value(JsonGenerator json, Member member, @Nullable Object value) throws IOException {
        switch (value) {
            case null -> json.writeNull();
            case String text -> json.writeString(text);
            case AttributeValue attribute -> AttributeValues.write(json, attribute);
            case SdkPojo pojo -> structure(json, pojo);
            case Boolean bool -> json.writeBoolean(bool);
            case Integer number -> json.writeNumber(number);
            case Long number -> json.writeNumber(number);
            case Double number -> json.writeNumber(number);
            case Float number -> json.writeNumber(number);
            case BigDecimal number -> json.writeNumber(number);
            case Short number -> json.writeNumber(number);
            case Byte number -> json.writeNumber(number);
            case Instant instant -> instant(json, member, instant);
            case SdkBytes bytes -> json.writeBinary(bytes.asByteArrayUnsafe());
            case List<?> list -> {
                json.writeStartArray();
                for (Object element : list) {
                    value(json, member.elements(), element);
                }
                json.writeEndArray();
            }
            case Map<?, ?> map -> {
                json.writeStartObject();
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    json.writeFieldName(entry.getKey().toString());
                    value(json, member.elements(), entry.getValue());
                }
                json.writeEndObject();
            }
            case Document document -> document(json, document);
            default -> throw new IllegalArgumentException(member.name() + " holds a " + value.getClass());
        }
    }

    private static void instant(JsonGenerator json, Member member, Instant instant) throws IOException {
        if (json instanceof CBORGenerator cbor) {
            cbor.writeTag(1);
            cbor.writeNumber(instant.toEpochMilli() / 1e3);
            return;
        }
        Format format = member.timestamps();
        if (format == Format.ISO_8601 || format == Format.RFC_822) {
            json.writeString(Timestamps.format(instant, format));
        } else if (format == Format.UNIX_TIMESTAMP_MILLIS) {
            json.writeNumber(instant.toEpochMilli());
        } else {
            json.writeNumber(Timestamps.seconds(instant));
        }
    }

    private static void document(JsonGenerator json, Document document) throws IOException {
        if (document.isNull()) {
            json.writeNull();
        } else if (document.isBoolean()) {
            json.writeBoolean(document.asBoolean());
        } else if (document.isNumber()) {
            json.writeNumber(document.asNumber().bigDecimalValue());
        } else if (document.isString()) {
            json.writeString(document.asString());
        } else if (document.isList()) {
            json.writeStartArray();
            for (Document element : document.asList()) {
                document(json, element);
            }
            json.writeEndArray();
        } else {
            json.writeStartObject();
            for (Map.Entry<String, Document> entry : document.asMap().entrySet()) {
                json.writeFieldName(entry.getKey());
                document(json, entry.getValue());
            }
            json.writeEndObject();
        }
    }
}
