package dev.penstock.lambdas.operations;

import dev.penstock.lambdas.catalog.Table;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ListTagsOfResourceResponse;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryDescription;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryStatus;
import software.amazon.awssdk.services.dynamodb.model.PolicyNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;

/**
 * What a restore drops and its source had (DynamoDB Developer Guide, "Restoring a table"). Alarms are not here: they
 * belong to the stacks.
 *
 * @param ttlAttribute {@code null}: items don't expire
 * @param streamView {@code null}: no stream
 * @param recoveryDays of point-in-time recovery; 0: off
 * @param policy the resource policy as JSON; {@code null}: none
 * @param tableClass {@code null}: standard
 */
public record TableSettings(
        @Nullable String ttlAttribute,
        @Nullable String streamView,
        SortedMap<String, String> tags,
        int recoveryDays,
        boolean deletionProtection,
        @Nullable String policy,
        @Nullable String tableClass) {

    private static final int MOST_PAGES = 10;

    public TableSettings {
        tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
    }

    /** As the catalog declares them, for a table that is gone; tags and policy are the stack's. */
    public static TableSettings of(Table declared) {
        return new TableSettings(
                declared.ttlAttribute(),
                declared.stream() == Table.StreamView.NONE
                        ? null
                        : declared.stream().name(),
                new TreeMap<>(),
                declared.recoveryDays(),
                false,
                null,
                null);
    }

    /** As a table has them now. */
    public static TableSettings of(DynamoDbClient client, String name) {
        TableDescription table =
                client.describeTable(request -> request.tableName(name)).table();
        var ttl = client.describeTimeToLive(request -> request.tableName(name)).timeToLiveDescription();
        boolean expires = ttl != null
                && (ttl.timeToLiveStatus() == TimeToLiveStatus.ENABLED
                        || ttl.timeToLiveStatus() == TimeToLiveStatus.ENABLING);
        var stream = table.streamSpecification();
        return new TableSettings(
                expires ? ttl.attributeName() : null,
                stream == null || !Boolean.TRUE.equals(stream.streamEnabled()) ? null : stream.streamViewTypeAsString(),
                tags(client, table.tableArn()),
                recoveryDays(client, name),
                Boolean.TRUE.equals(table.deletionProtectionEnabled()),
                policy(client, table.tableArn()),
                table.tableClassSummary() == null
                        ? null
                        : table.tableClassSummary().tableClassAsString());
    }

    private static SortedMap<String, String> tags(DynamoDbClient client, String arn) {
        SortedMap<String, String> tags = new TreeMap<>();
        String next = null;
        for (int page = 0; page < MOST_PAGES; page++) {
            String token = next;
            ListTagsOfResourceResponse answer = client.listTagsOfResource(
                    request -> request.resourceArn(arn).nextToken(token));
            answer.tags().stream()
                    .filter(tag -> !tag.key().startsWith("aws:")) // CloudFormation's own can't be set by others.
                    .forEach(tag -> tags.put(tag.key(), tag.value()));
            next = answer.nextToken();
            if (next == null) {
                return tags;
            }
        }
        throw new IllegalStateException("more than " + MOST_PAGES + " pages of tags of " + arn);
    }

    private static int recoveryDays(DynamoDbClient client, String name) {
        PointInTimeRecoveryDescription recovery = client.describeContinuousBackups(request -> request.tableName(name))
                .continuousBackupsDescription()
                .pointInTimeRecoveryDescription();
        return recovery.pointInTimeRecoveryStatus() == PointInTimeRecoveryStatus.ENABLED
                ? recovery.recoveryPeriodInDays()
                : 0;
    }

    private static @Nullable String policy(DynamoDbClient client, String arn) {
        try {
            return client.getResourcePolicy(request -> request.resourceArn(arn)).policy();
        } catch (PolicyNotFoundException none) {
            return null;
        }
    }

    /** The same for items that stay. */
    TableSettings withoutExpiry() {
        return new TableSettings(null, streamView, tags, recoveryDays, deletionProtection, policy, tableClass);
    }

    /** The same without a tag. */
    TableSettings withoutTag(String key) {
        Map<String, String> fewer = new TreeMap<>(tags);
        fewer.remove(key);
        return new TableSettings(
                ttlAttribute, streamView, new TreeMap<>(fewer), recoveryDays, deletionProtection, policy, tableClass);
    }
}
