package dev.penstock.local.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.local.gateway.AwsError;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/**
 * AWS JSON 1.0 and 1.1 to and from any model class of the SDK.
 *
 * <pre>{@code PutItemRequest request = Wire.read(body, PutItemRequest.builder());
 * byte[] answer = Wire.write(response);}</pre>
 *
 * Reading is strict on types (AWS's SerializationException), skips unknown members and takes {@code null} as absent;
 * an empty list or map that was given stays distinct from one that was not.
 */
public final class Wire {
    /** The largest string and body any simulated service takes. */
    static final int MAX_STRING_LENGTH = 64 << 20;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(MAX_STRING_LENGTH)
                    .maxNestingDepth(200)
                    .build())
            .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
            .build();

    private Wire() {}

    /**
     * Reads a request body.
     *
     * @throws AwsError SerializationException for malformed JSON or a value of a wrong type
     */
    public static <B extends SdkPojo & SdkBuilder<B, T>, T> T read(byte[] body, B builder) {
        try (JsonParser parser = JSON.createParser(body)) {
            fill(parser, builder);
            return builder.build();
        } catch (IOException malformed) {
            throw SerializationError.malformed(malformed);
        }
    }

    /** As {@link #read(byte[], SdkPojo)}, from a tree. */
    public static <B extends SdkPojo & SdkBuilder<B, T>, T> T read(JsonNode tree, B builder) {
        try (JsonParser parser = tree.traverse()) {
            fill(parser, builder);
            return builder.build();
        } catch (IOException malformed) {
            throw SerializationError.malformed(malformed);
        }
    }

    /** Fills a builder from a body that must hold one object and nothing after it. */
    static void fill(JsonParser parser, SdkPojo builder) throws IOException {
        if (parser.nextToken() == null) {
            throw SerializationError.of("The body is empty where a JSON object is expected");
        }
        JsonReader.structure(parser, builder, false);
        if (parser.nextToken() != null) {
            throw SerializationError.of("The body holds more than one JSON value");
        }
    }

    /** Writes a response or any other model object. */
    public static byte[] write(SdkPojo pojo) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            JsonWriter.structure(json, pojo);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }

    /** Writes a model object into a document someone else is writing. */
    public static void write(JsonGenerator json, SdkPojo pojo) throws IOException {
        JsonWriter.structure(json, pojo);
    }

    /** Writes one attribute value as DynamoDB JSON into a document someone else is writing. */
    public static void write(JsonGenerator json, AttributeValue value) throws IOException {
        AttributeValues.write(json, value);
    }

    /** An item (or key) as DynamoDB JSON: {@code {"id":{"S":"1"}}}. */
    public static byte[] writeItem(Map<String, AttributeValue> item) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            writeItem(json, item);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }

    /** An item as DynamoDB JSON into a document someone else is writing. */
    public static void writeItem(JsonGenerator json, Map<String, AttributeValue> item) throws IOException {
        json.writeStartObject();
        for (Map.Entry<String, AttributeValue> entry : item.entrySet()) {
            json.writeFieldName(entry.getKey());
            AttributeValues.write(json, entry.getValue());
        }
        json.writeEndObject();
    }

    /**
     * Reads an item (or key) from DynamoDB JSON.
     *
     * @throws AwsError SerializationException for malformed JSON or a value of a wrong type
     */
    public static Map<String, AttributeValue> readItem(byte[] body) {
        try (JsonParser parser = JSON.createParser(body)) {
            parser.nextToken();
            return AttributeValues.map(parser);
        } catch (IOException malformed) {
            throw SerializationError.malformed(malformed);
        }
    }

    /** As {@link #readItem(byte[])}, the parser standing at the item's opening brace; leaves it at the closing one. */
    public static Map<String, AttributeValue> readItem(JsonParser parser) throws IOException {
        if (parser.currentToken() == null) {
            parser.nextToken();
        }
        return AttributeValues.map(parser);
    }

    /** The factory of parsers and generators with the limits of this package. */
    public static JsonFactory json() {
        return JSON;
    }
}
