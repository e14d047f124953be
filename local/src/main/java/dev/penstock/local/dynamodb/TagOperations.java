package dev.penstock.local.dynamodb;

import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.journal.Document;
import dev.penstock.local.journal.Registry;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.Table;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.ListTagsOfResourceRequest;
import software.amazon.awssdk.services.dynamodb.model.ListTagsOfResourceResponse;
import software.amazon.awssdk.services.dynamodb.model.Tag;
import software.amazon.awssdk.services.dynamodb.model.TagResourceRequest;
import software.amazon.awssdk.services.dynamodb.model.TagResourceResponse;
import software.amazon.awssdk.services.dynamodb.model.UntagResourceRequest;
import software.amazon.awssdk.services.dynamodb.model.UntagResourceResponse;

/** Tags of tables. */
public final class TagOperations {
    private static final int MOST = 50;

    private TagOperations() {}

    /** By key. */
    private record Tags(SortedMap<String, String> tags) {}

    static void addTo(DynamoDb dynamodb) {
        dynamodb.on("TagResource", TagResourceRequest::builder, TagOperations::tag)
                .on("UntagResource", UntagResourceRequest::builder, TagOperations::untag)
                .on("ListTagsOfResource", ListTagsOfResourceRequest::builder, TagOperations::list);
    }

    private static TagResourceResponse tag(RegionStore store, TagResourceRequest request) {
        Table table = changeable(store, request.resourceArn());
        Map<String, String> tags = merge(of(store, table), AwsError.required("tags", request.tags()));
        store.registry().put(table.document("tags"), new Tags(check(tags)));
        return TagResourceResponse.builder().build();
    }

    private static UntagResourceResponse untag(RegionStore store, UntagResourceRequest request) {
        Table table = changeable(store, request.resourceArn());
        Map<String, String> tags = of(store, table);
        request.tagKeys().forEach(tags::remove);
        store.registry().put(table.document("tags"), new Tags(check(tags)));
        return UntagResourceResponse.builder().build();
    }

    private static ListTagsOfResourceResponse list(RegionStore store, ListTagsOfResourceRequest request) {
        Map<String, String> tags = of(store, table(store, request.resourceArn()));
        return ListTagsOfResourceResponse.builder()
                .tags(tags.entrySet().stream()
                        .map(tag -> Tag.builder()
                                .key(tag.getKey())
                                .value(tag.getValue())
                                .build())
                        .toList())
                .build();
    }

    /** The documents that give a new table its tags. */
    public static List<Document> documents(Table table, List<Tag> given) {
        Map<String, String> tags = merge(new TreeMap<>(), given);
        return tags.isEmpty() ? List.of() : List.of(Registry.document(table.document("tags"), new Tags(check(tags))));
    }

    private static Map<String, String> merge(Map<String, String> tags, List<Tag> given) {
        given.forEach(tag -> tags.put(
                AwsError.required("tags.member.key", tag.key()), AwsError.required("tags.member.value", tag.value())));
        return tags;
    }

    /** The tags of a table by key. */
    public static Map<String, String> of(RegionStore store, Table table) {
        return store.registry()
                .get(table.document("tags"), Tags.class)
                .map(found -> new TreeMap<>(found.tags()))
                .orElseGet(TreeMap::new);
    }

    private static SortedMap<String, String> check(Map<String, String> tags) {
        if (tags.size() > MOST) {
            throw AwsError.validation("The number of tags exceeds the limit of " + MOST + "; given: " + tags.size());
        }
        return new TreeMap<>(tags);
    }

    private static Table table(RegionStore store, @Nullable String arn) {
        if (arn == null || !arn.startsWith("arn:")) {
            throw AwsError.validation("Invalid TableArn: Invalid ResourceArn provided as input " + arn);
        }
        return store.tables().find(arn).filter(table -> table.arn().equals(arn)).orElseThrow(() -> notFound(arn));
    }

    /** A table that a restore fills takes no tags yet. */
    private static Table changeable(RegionStore store, @Nullable String arn) {
        Table table = table(store, arn);
        if (table.isRestoring()) {
            throw notFound(table.arn());
        }
        return table;
    }

    private static AwsError notFound(String arn) {
        return new AwsError(
                400, "ResourceNotFoundException", "Requested resource not found: ResourcArn: " + arn + " not found");
    }
}
