package dev.penstock.local.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.gateway.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/** Smithy RPC v2: the operation at the end of the path, bodies in CBOR. CloudWatch's SDK clients speak it. */
final class Cbor {
    private static final CBORFactory FACTORY = new CBORFactory();

    private Cbor() {}

    static boolean isSpokenBy(Request request) {
        return request.header("smithy-protocol").orElse("").equals("rpc-v2-cbor");
    }

    static String operation(Request request) {
        return request.path().substring(request.path().lastIndexOf('/') + 1);
    }

    static <B extends SdkPojo & SdkBuilder<B, T>, T> T read(byte[] body, B builder) {
        if (body.length == 0) {
            return builder.build();
        }
        try (JsonParser parser = FACTORY.createParser(body)) {
            Wire.fill(parser, builder);
            return builder.build();
        } catch (IOException malformed) {
            throw SerializationError.of("The body is not valid CBOR");
        }
    }

    static Response answer(SdkPojo pojo) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try (JsonGenerator cbor = FACTORY.createGenerator(out)) {
            JsonWriter.structure(cbor, pojo);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return new Response(
                200, Map.of("content-type", "application/cbor", "smithy-protocol", "rpc-v2-cbor"), out.toByteArray());
    }
}
