package dev.penstock.local.s3;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.gateway.Response;
import dev.penstock.local.gateway.Service;
import dev.penstock.local.wire.Fields;
import dev.penstock.local.wire.RestOperations;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** S3 over HTTP: finds the operation of a request, in path style or with the bucket in the host's name. */
public final class S3Service implements Service {
    private static final String VIRTUAL_HOST = "^(.+?)\\.(s3[.-][^:]*|s3|localhost)(:\\d+)?$";

    private final ObjectStore store;
    private final RestOperations routes = new RestOperations("s3");

    public S3Service(ObjectStore store) {
        this.store = store;
        buckets(new BucketOperations(store));
        lists(new ListOperations(store));
        objects(new ObjectOperations(store));
        tags(new TaggingOperations(store));
        uploads(new MultipartOperations(store));
    }

    private void buckets(BucketOperations buckets) {
        routes.onRaw("PUT", "/{Bucket}", buckets::create)
                .onRaw("HEAD", "/{Bucket}", (request, labels) -> buckets.head(labels))
                .onRaw("DELETE", "/{Bucket}", (request, labels) -> buckets.delete(labels))
                .onRaw("GET", "/{Bucket}?location", (request, labels) -> buckets.location(labels));
        BucketOperations.CONFIGURATIONS.forEach((kind, configuration) -> routes.onRaw(
                        "PUT",
                        "/{Bucket}?" + kind,
                        (request, labels) -> buckets.configure(kind, configuration, request, labels))
                .onRaw(
                        "GET",
                        "/{Bucket}?" + kind,
                        (request, labels) -> buckets.configuration(kind, configuration, labels))
                .onRaw("DELETE", "/{Bucket}?" + kind, (request, labels) -> buckets.unconfigure(kind, labels)));
    }

    private void lists(ListOperations lists) {
        routes.onRaw("GET", "/", (request, labels) -> lists.buckets())
                .onRaw("GET", "/{Bucket}", lists::objects)
                .onRaw("GET", "/{Bucket}?list-type", lists::objectsV2)
                .onRaw("GET", "/{Bucket}?versions", lists::versions);
    }

    private void objects(ObjectOperations objects) {
        routes.onRaw("PUT", "/{Bucket}/{Key+}", objects::put)
                .onRaw("GET", "/{Bucket}/{Key+}", objects::get)
                .onRaw("HEAD", "/{Bucket}/{Key+}", objects::get)
                .onRaw("DELETE", "/{Bucket}/{Key+}", objects::delete)
                .onRaw("POST", "/{Bucket}?delete", objects::deleteAll);
    }

    private void tags(TaggingOperations tags) {
        routes.onRaw("GET", "/{Bucket}/{Key+}?tagging", tags::get)
                .onRaw("PUT", "/{Bucket}/{Key+}?tagging", tags::put)
                .onRaw("DELETE", "/{Bucket}/{Key+}?tagging", tags::delete);
    }

    private void uploads(MultipartOperations uploads) {
        routes.onRaw("POST", "/{Bucket}/{Key+}?uploads", uploads::create)
                .onRaw("PUT", "/{Bucket}/{Key+}?partNumber&uploadId", uploads::part)
                .onRaw("POST", "/{Bucket}/{Key+}?uploadId", uploads::complete)
                .onRaw("DELETE", "/{Bucket}/{Key+}?uploadId", uploads::abort)
                .onRaw("GET", "/{Bucket}/{Key+}?uploadId", uploads::parts)
                .onRaw("GET", "/{Bucket}?uploads", uploads::uploads);
    }

    @Override
    public String signingName() {
        return "s3";
    }

    @Override
    public Response handle(Request given) {
        Request request = inPathStyle(given);
        for (String field : Fields.parse(request.query()).keySet()) {
            if (BucketOperations.NOT_SIMULATED.contains(field)) {
                throw AwsError.notSimulated("s3", request.method() + " ?" + field);
            }
        }
        String bucket = request.path().split("/", 3).length > 1 ? request.path().split("/", 3)[1] : "";
        if (store.hasBucket(bucket) && !store.bucket(bucket).region().equals(request.region()) && !isCreate(request)) {
            return elsewhere(store.bucket(bucket));
        }
        return routes.find(request)
                .orElseThrow(() -> AwsError.notSimulated("s3", request.method() + " " + request.path()));
    }

    private static boolean isCreate(Request request) {
        return request.method().equals("PUT")
                && request.path().matches("/[^/]+/?")
                && request.query().isEmpty();
    }

    /** What S3 answers in any region but the bucket's own. */
    private static Response elsewhere(Bucket bucket) {
        String body = """
                <?xml version="1.0" encoding="UTF-8"?>
                <Error><Code>PermanentRedirect</Code><Message>The bucket you are attempting to access must be addressed \
                using the specified endpoint. Please send all future requests to this endpoint.</Message>\
                <Bucket>%s</Bucket><Endpoint>%s.s3.%s.amazonaws.com</Endpoint><Region>%s</Region></Error>""".formatted(bucket.name(), bucket.name(), bucket.region(), bucket.region());
        return new Response(
                301,
                Map.of("content-type", "application/xml", "x-amz-bucket-region", bucket.region()),
                body.getBytes(StandardCharsets.UTF_8));
    }

    private static Request inPathStyle(Request request) {
        String host = request.header("host").orElse("");
        if (!host.matches(VIRTUAL_HOST)) {
            return request;
        }
        String bucket = host.replaceFirst(VIRTUAL_HOST, "$1");
        return new Request(
                request.method(),
                "/" + bucket + request.path(),
                request.query(),
                request.headers(),
                request.body(),
                request.region(),
                request.service(),
                request.accessKey(),
                request.spooled());
    }
}
