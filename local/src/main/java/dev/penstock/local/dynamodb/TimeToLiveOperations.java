package dev.penstock.local.dynamodb;

import dev.penstock.local.expiry.TimeToLive;
import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.store.Table;
import software.amazon.awssdk.services.dynamodb.model.DescribeTimeToLiveRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeTimeToLiveResponse;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;
import software.amazon.awssdk.services.dynamodb.model.UpdateTimeToLiveRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateTimeToLiveResponse;

/** UpdateTimeToLive and DescribeTimeToLive; the sweeper does the rest. */
final class TimeToLiveOperations {
    private TimeToLiveOperations() {}

    static void addTo(DynamoDb dynamodb) {
        dynamodb.on("UpdateTimeToLive", UpdateTimeToLiveRequest::builder, TimeToLiveOperations::update)
                .on("DescribeTimeToLive", DescribeTimeToLiveRequest::builder, TimeToLiveOperations::describe);
    }

    private static UpdateTimeToLiveResponse update(RegionStore store, UpdateTimeToLiveRequest asked) {
        Table table = store.tables().changeable(asked.tableName());
        var specification = AwsError.required("timeToLiveSpecification", asked.timeToLiveSpecification());
        AwsError.required("timeToLiveSpecification.enabled", specification.enabled());
        String attribute = AwsError.required("timeToLiveSpecification.attributeName", specification.attributeName());
        if (attribute.isEmpty() || attribute.length() > 255) {
            throw AwsError.validation("1 validation error detected: Value '" + attribute
                    + "' at 'timeToLiveSpecification.attributeName' failed to satisfy constraint: Member must have"
                    + " length " + (attribute.isEmpty() ? "greater than or equal to 1" : "less than or equal to 255"));
        }
        TimeToLive before = TimeToLive.of(store, table);
        if (before.enabled() == specification.enabled()) {
            throw AwsError.validation("TimeToLive is already " + (before.enabled() ? "enabled" : "disabled"));
        }
        if (before.enabled() && !attribute.equals(before.attribute())) {
            throw AwsError.validation("TimeToLive is active on a different AttributeName: current AttributeName is "
                    + before.attribute());
        }
        new TimeToLive(attribute, specification.enabled()).save(store, table);
        return UpdateTimeToLiveResponse.builder()
                .timeToLiveSpecification(specification)
                .build();
    }

    private static DescribeTimeToLiveResponse describe(RegionStore store, DescribeTimeToLiveRequest asked) {
        TimeToLive found = TimeToLive.of(store, store.tables().described(asked.tableName()));
        return DescribeTimeToLiveResponse.builder()
                .timeToLiveDescription(description -> description
                        .timeToLiveStatus(found.enabled() ? TimeToLiveStatus.ENABLED : TimeToLiveStatus.DISABLED)
                        .attributeName(found.enabled() ? found.attribute() : null))
                .build();
    }
}
