package dev.penstock.local.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.gateway.Response;
import dev.penstock.local.wire.Xml;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.s3.model.BucketLifecycleConfiguration;
import software.amazon.awssdk.services.s3.model.CreateBucketConfiguration;
import software.amazon.awssdk.services.s3.model.OwnershipControls;
import software.amazon.awssdk.services.s3.model.PublicAccessBlockConfiguration;
import software.amazon.awssdk.services.s3.model.ServerSideEncryptionConfiguration;
import software.amazon.awssdk.services.s3.model.Tagging;
import software.amazon.awssdk.services.s3.model.VersioningConfiguration;

/** Makes, deletes and configures buckets. */
final class BucketOperations {
    private static final String FIRST_REGION = "us-east-1";

    /**
     * The configurations that are kept. Versioning and lifecycle have effect; the others are given back as they came.
     *
     * @param model reads the document, to refuse what is malformed; {@code null} for JSON
     * @param missing the error code when there is none; {@code null} when S3 answers an empty document
     */
    record Configuration(
            @Nullable Supplier<SdkPojo> model, @Nullable String missing, String empty) {}

    static final Map<String, Configuration> CONFIGURATIONS = Map.of(
            "versioning",
            new Configuration(
                    VersioningConfiguration::builder,
                    null,
                    "<VersioningConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"/>"),
            "lifecycle",
            new Configuration(BucketLifecycleConfiguration::builder, "NoSuchLifecycleConfiguration", ""),
            "tagging",
            new Configuration(Tagging::builder, "NoSuchTagSet", ""),
            "encryption",
            new Configuration(
                    ServerSideEncryptionConfiguration::builder,
                    null,
                    "<ServerSideEncryptionConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>false</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>"),
            "publicAccessBlock",
            new Configuration(PublicAccessBlockConfiguration::builder, "NoSuchPublicAccessBlockConfiguration", ""),
            "ownershipControls",
            new Configuration(OwnershipControls::builder, "OwnershipControlsNotFoundError", ""),
            "policy",
            new Configuration(null, "NoSuchBucketPolicy", ""));

    /** What exists on S3 and is refused here, so that a request for it is not taken for one on the object. */
    static final Set<String> NOT_SIMULATED = Set.of(
            "abac",
            "accelerate",
            "acl",
            "analytics",
            "attributes",
            "cors",
            "intelligent-tiering",
            "inventory",
            "legal-hold",
            "logging",
            "metadataConfiguration",
            "metadataTable",
            "metrics",
            "notification",
            "object-lock",
            "policyStatus",
            "renameObject",
            "replication",
            "requestPayment",
            "restore",
            "retention",
            "select",
            "session",
            "torrent",
            "website");

    private final ObjectStore store;

    BucketOperations(ObjectStore store) {
        this.store = store;
    }

    Response create(Request request, Map<String, String> labels) {
        String name = labels.getOrDefault("Bucket", "");
        if (request.header("x-amz-bucket-object-lock-enabled").orElse("").equalsIgnoreCase("true")) {
            throw AwsError.notSimulated("s3", "CreateBucket with object lock");
        }
        String region = region(request);
        if (store.hasBucket(name)
                && region.equals(FIRST_REGION)
                && store.bucket(name).region().equals(region)) {
            // Kept for old clients: in us-east-1 alone, making one's own bucket again is no error.
            return created(name);
        }
        store.createBucket(name, region);
        return created(name);
    }

    private static Response created(String name) {
        return new Response(200, Map.of("Location", "/" + name), new byte[0]);
    }

    private static String region(Request request) {
        var configuration = CreateBucketConfiguration.builder();
        if (request.body().length > 0) {
            Xml.read(request.body(), configuration);
        }
        String asked = configuration.build().locationConstraintAsString();
        String here = request.region();
        if (asked == null && !here.equals(FIRST_REGION)) {
            throw new AwsError(
                    400,
                    "IllegalLocationConstraintException",
                    "The unspecified location constraint is incompatible for the region specific endpoint this request was sent to.");
        }
        if (asked != null && !asked.equals(here) && !here.equals(FIRST_REGION)) {
            throw new AwsError(
                    400,
                    "IllegalLocationConstraintException",
                    "The " + asked
                            + " location constraint is incompatible for the region specific endpoint this request was sent to.");
        }
        if (FIRST_REGION.equals(asked)) {
            throw new AwsError(
                    400, "InvalidLocationConstraint", "The specified location-constraint is not valid", Map.of());
        }
        return asked == null ? FIRST_REGION : asked;
    }

    Response head(Map<String, String> labels) {
        Bucket bucket = store.bucket(labels.getOrDefault("Bucket", ""));
        return new Response(200, Map.of("x-amz-bucket-region", bucket.region()), new byte[0]);
    }

    Response delete(Map<String, String> labels) {
        store.deleteBucket(labels.getOrDefault("Bucket", ""));
        return new Response(204, Map.of(), new byte[0]);
    }

    Response location(Map<String, String> labels) {
        String region = store.bucket(labels.getOrDefault("Bucket", "")).region();
        String text = region.equals(FIRST_REGION) ? "" : region;
        return xml("<LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">" + text
                + "</LocationConstraint>");
    }

    Response configure(String kind, Configuration configuration, Request request, Map<String, String> labels) {
        Bucket bucket = store.bucket(labels.getOrDefault("Bucket", ""));
        if (configuration.model() != null) {
            Xml.read(request.body(), configuration.model().get());
        }
        bucket.configure(kind, new String(request.body(), UTF_8));
        return new Response(kind.equals("policy") || kind.equals("tagging") ? 204 : 200, Map.of(), new byte[0]);
    }

    Response configuration(String kind, Configuration configuration, Map<String, String> labels) {
        Bucket bucket = store.bucket(labels.getOrDefault("Bucket", ""));
        String document = bucket.configuration(kind).orElse(null);
        if (document == null && configuration.missing() != null) {
            throw new AwsError(
                    404,
                    configuration.missing(),
                    "The bucket has no " + kind + " configuration",
                    Map.of("BucketName", bucket.name()));
        }
        String body = document == null ? configuration.empty() : document;
        return configuration.model() == null ? Response.ok("application/json", body.getBytes(UTF_8)) : xml(body);
    }

    Response unconfigure(String kind, Map<String, String> labels) {
        store.bucket(labels.getOrDefault("Bucket", "")).configure(kind, null);
        return new Response(204, Map.of(), new byte[0]);
    }

    private static Response xml(String document) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("content-type", "application/xml");
        return new Response(200, headers, document.getBytes(UTF_8));
    }
}
