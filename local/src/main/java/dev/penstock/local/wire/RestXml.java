package dev.penstock.local.wire;

import dev.penstock.local.gateway.Request;
import dev.penstock.local.gateway.Response;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.utils.builder.Buildable;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/** REST-XML (S3): requests and responses by the traits of the models, bodies in XML. */
public final class RestXml {
    private static final String NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

    private RestXml() {}

    /** Fills a request's model from path, query and headers, and from the body unless the operation streams it. */
    public static <B extends SdkPojo & SdkBuilder<B, I>, I> I read(
            Request request, Map<String, String> labels, B builder) {
        RestBinding.read(request, labels, Fields.parse(request.query()), builder);
        Member body = Shape.of(builder).body();
        if (body != null && body.constructor() != null && request.body().length > 0) {
            SdkPojo nested = body.construct();
            Xml.read(request.body(), nested);
            body.field().set(builder, ((Buildable) nested).build());
        }
        return builder.build();
    }

    /** A response with headers as the model says and, if {@code root} is not empty, an XML body of that root. */
    public static Response write(int status, String root, SdkPojo answer) {
        Map<String, String> headers = new LinkedHashMap<>();
        int actual = RestBinding.write(answer, status, headers);
        if (root.isEmpty()) {
            return new Response(actual, headers, new byte[0]);
        }
        headers.put("content-type", "application/xml");
        return new Response(actual, headers, Xml.write(root, NAMESPACE, answer));
    }
}
