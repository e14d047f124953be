package dev.penstock.local.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.penstock.local.gateway.Gateway;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.gateway.Response;
import dev.penstock.local.wire.RestXml;
import java.net.URLEncoder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.DeleteMarkerEntry;
import software.amazon.awssdk.services.s3.model.ListBucketsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.Owner;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Lists buckets, keys and versions. */
final class ListOperations {
    private static final int MAX_KEYS = 1000;
    private static final Owner OWNER = Owner.builder().id(Gateway.ACCOUNT).build();

    private final ObjectStore store;

    ListOperations(ObjectStore store) {
        this.store = store;
    }

    Response buckets() {
        var buckets = store.buckets().stream()
                .map(bucket -> software.amazon.awssdk.services.s3.model.Bucket.builder()
                        .name(bucket.name())
                        .creationDate(Instant.ofEpochMilli(bucket.created()))
                        .bucketRegion(bucket.region())
                        .build())
                .toList();
        return RestXml.write(
                200,
                "ListAllMyBucketsResult",
                ListBucketsResponse.builder().buckets(buckets).owner(OWNER).build());
    }

    Response objects(Request request, Map<String, String> labels) {
        ListObjectsRequest input = RestXml.read(request, labels, ListObjectsRequest.builder());
        UnaryOperator<String> encode = encoder(input.encodingTypeAsString());
        Listing page = page(input.bucket(), input.prefix(), input.marker(), input.delimiter(), input.maxKeys());
        return RestXml.write(
                200,
                "ListBucketResult",
                ListObjectsResponse.builder()
                        .name(input.bucket())
                        .prefix(encode.apply(text(input.prefix())))
                        .marker(encode.apply(text(input.marker())))
                        .delimiter(optional(encode, input.delimiter()))
                        .encodingType(input.encodingTypeAsString())
                        .maxKeys(limit(input.maxKeys()))
                        .isTruncated(page.isTruncated())
                        .nextMarker(
                                page.isTruncated() && input.delimiter() != null ? optional(encode, page.last()) : null)
                        .contents(contents(page, encode))
                        .commonPrefixes(prefixes(page, encode))
                        .build());
    }

    Response objectsV2(Request request, Map<String, String> labels) {
        ListObjectsV2Request input = RestXml.read(request, labels, ListObjectsV2Request.builder());
        UnaryOperator<String> encode = encoder(input.encodingTypeAsString());
        String after = input.continuationToken() == null ? input.startAfter() : decode(input.continuationToken());
        Listing page = page(input.bucket(), input.prefix(), after, input.delimiter(), input.maxKeys());
        return RestXml.write(
                200,
                "ListBucketResult",
                ListObjectsV2Response.builder()
                        .name(input.bucket())
                        .prefix(encode.apply(text(input.prefix())))
                        .startAfter(optional(encode, input.startAfter()))
                        .continuationToken(input.continuationToken())
                        .delimiter(optional(encode, input.delimiter()))
                        .encodingType(input.encodingTypeAsString())
                        .maxKeys(limit(input.maxKeys()))
                        .keyCount(page.objects().size() + page.commonPrefixes().size())
                        .isTruncated(page.isTruncated())
                        .nextContinuationToken(page.isTruncated() ? token(page.last()) : null)
                        .contents(contents(page, encode))
                        .commonPrefixes(prefixes(page, encode))
                        .build());
    }

    Response versions(Request request, Map<String, String> labels) {
        ListObjectVersionsRequest input = RestXml.read(request, labels, ListObjectVersionsRequest.builder());
        UnaryOperator<String> encode = encoder(input.encodingTypeAsString());
        // A key's versions are never split over two pages, so the version id marker is not needed.
        Listing page = Listing.of(
                store.bucket(input.bucket()),
                text(input.prefix()),
                text(input.keyMarker()),
                text(input.delimiter()),
                limit(input.maxKeys()),
                List::stream);
        List<ObjectVersion> versions = new ArrayList<>();
        List<DeleteMarkerEntry> markers = new ArrayList<>();
        String before = null;
        for (StoredObject object : page.objects()) {
            boolean isLatest = !object.key().equals(before);
            before = object.key();
            if (object.isDeleteMarker()) {
                markers.add(DeleteMarkerEntry.builder()
                        .key(encode.apply(object.key()))
                        .versionId(object.versionId())
                        .isLatest(isLatest)
                        .lastModified(object.lastModified())
                        .owner(OWNER)
                        .build());
            } else {
                versions.add(ObjectVersion.builder()
                        .key(encode.apply(object.key()))
                        .versionId(object.versionId())
                        .isLatest(isLatest)
                        .lastModified(object.lastModified())
                        .eTag("\"" + object.etag() + "\"")
                        .size(object.size())
                        .storageClass("STANDARD")
                        .owner(OWNER)
                        .build());
            }
        }
        return RestXml.write(
                200,
                "ListVersionsResult",
                ListObjectVersionsResponse.builder()
                        .name(input.bucket())
                        .prefix(encode.apply(text(input.prefix())))
                        .keyMarker(encode.apply(text(input.keyMarker())))
                        .delimiter(optional(encode, input.delimiter()))
                        .encodingType(input.encodingTypeAsString())
                        .maxKeys(limit(input.maxKeys()))
                        .isTruncated(page.isTruncated())
                        .nextKeyMarker(page.isTruncated() ? optional(encode, page.last()) : null)
                        .versions(versions)
                        .deleteMarkers(markers)
                        .commonPrefixes(prefixes(page, encode))
                        .build());
    }

    private Listing page(
            String bucket,
            @Nullable String prefix,
            @Nullable String after,
            @Nullable String delimiter,
            @Nullable Integer maxKeys) {
        return Listing.of(
                store.bucket(bucket), text(prefix), text(after), text(delimiter), limit(maxKeys), Listing::current);
    }

    private static List<S3Object> contents(Listing page, UnaryOperator<String> encode) {
        return page.objects().stream()
                .map(object -> S3Object.builder()
                        .key(encode.apply(object.key()))
                        .lastModified(object.lastModified())
                        .eTag("\"" + object.etag() + "\"")
                        .checksumAlgorithmWithStrings(object.checksumAlgorithm())
                        .checksumType(object.checksumType())
                        .size(object.size())
                        .storageClass("STANDARD")
                        .build())
                .toList();
    }

    private static List<CommonPrefix> prefixes(Listing page, UnaryOperator<String> encode) {
        return page.commonPrefixes().stream()
                .map(prefix ->
                        CommonPrefix.builder().prefix(encode.apply(prefix)).build())
                .toList();
    }

    private static UnaryOperator<String> encoder(@Nullable String encodingType) {
        if (encodingType == null) {
            return UnaryOperator.identity();
        }
        if (!encodingType.equals("url")) {
            throw S3Errors.invalidArgument("Invalid Encoding Method specified in Request");
        }
        return text -> URLEncoder.encode(text, UTF_8).replace("%2F", "/");
    }

    private static int limit(@Nullable Integer maxKeys) {
        if (maxKeys != null && maxKeys < 0) {
            throw S3Errors.invalidArgument("Argument maxKeys must be an integer between 0 and 2147483647");
        }
        return maxKeys == null ? MAX_KEYS : Math.min(maxKeys, MAX_KEYS);
    }

    private static String token(@Nullable String last) {
        return Base64.getUrlEncoder().encodeToString(text(last).getBytes(UTF_8));
    }

    private static String decode(String token) {
        try {
            return new String(Base64.getUrlDecoder().decode(token), UTF_8);
        } catch (IllegalArgumentException notOurs) {
            throw S3Errors.invalidArgument("The continuation token provided is incorrect");
        }
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    private static @Nullable String optional(UnaryOperator<String> encode, @Nullable String value) {
        return value == null ? null : encode.apply(value);
    }
}
