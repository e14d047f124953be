package dev.penstock.local.s3;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.gateway.Response;
import dev.penstock.local.wire.RestXml;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.s3.model.GetObjectTaggingRequest;
import software.amazon.awssdk.services.s3.model.GetObjectTaggingResponse;
import software.amazon.awssdk.services.s3.model.PutObjectTaggingRequest;
import software.amazon.awssdk.services.s3.model.PutObjectTaggingResponse;
import software.amazon.awssdk.services.s3.model.Tag;

/** Reads, replaces and removes the tags of an object. */
final class TaggingOperations {
    private static final int MOST = 10;

    private final ObjectStore store;

    TaggingOperations(ObjectStore store) {
        this.store = store;
    }

    Response get(Request request, Map<String, String> labels) {
        GetObjectTaggingRequest input = RestXml.read(request, labels, GetObjectTaggingRequest.builder());
        StoredObject object = ObjectOperations.find(store.bucket(input.bucket()), input.key(), input.versionId());
        List<Tag> tags = object.tags().entrySet().stream()
                .map(tag ->
                        Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                .toList();
        return RestXml.write(
                200, "Tagging", GetObjectTaggingResponse.builder().tagSet(tags).build());
    }

    Response put(Request request, Map<String, String> labels) {
        PutObjectTaggingRequest input = RestXml.read(request, labels, PutObjectTaggingRequest.builder());
        Bucket bucket = store.bucket(input.bucket());
        Map<String, String> tags =
                input.tagging().tagSet().stream().collect(Collectors.toMap(Tag::key, Tag::value, (a, b) -> b));
        if (tags.size() > MOST) {
            throw new AwsError(400, "BadRequest", "Object tags cannot be greater than " + MOST);
        }
        bucket.update(ObjectOperations.find(bucket, input.key(), input.versionId()), object -> object.withTags(tags));
        return RestXml.write(200, "", PutObjectTaggingResponse.builder().build());
    }

    Response delete(Request request, Map<String, String> labels) {
        GetObjectTaggingRequest input = RestXml.read(request, labels, GetObjectTaggingRequest.builder());
        Bucket bucket = store.bucket(input.bucket());
        bucket.update(
                ObjectOperations.find(bucket, input.key(), input.versionId()), object -> object.withTags(Map.of()));
        return new Response(204, Map.of(), new byte[0]);
    }
}
