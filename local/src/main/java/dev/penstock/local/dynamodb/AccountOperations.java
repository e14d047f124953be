package dev.penstock.local.dynamodb;

import software.amazon.awssdk.services.dynamodb.model.DescribeEndpointsRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeEndpointsResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeLimitsRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeLimitsResponse;
import software.amazon.awssdk.services.dynamodb.model.Endpoint;

/** What concerns the account: DescribeLimits and DescribeEndpoints. */
final class AccountOperations {
    private AccountOperations() {}

    static void addTo(DynamoDb dynamodb) {
        // The quotas of a new account (Developer Guide, "Quotas in Amazon DynamoDB").
        dynamodb.on(
                        "DescribeLimits",
                        DescribeLimitsRequest::builder,
                        (store, request) -> DescribeLimitsResponse.builder()
                                .accountMaxReadCapacityUnits(80_000L)
                                .accountMaxWriteCapacityUnits(80_000L)
                                .tableMaxReadCapacityUnits(40_000L)
                                .tableMaxWriteCapacityUnits(40_000L)
                                .build())
                .on(
                        "DescribeEndpoints",
                        DescribeEndpointsRequest::builder,
                        (store, request) -> DescribeEndpointsResponse.builder()
                                .endpoints(Endpoint.builder()
                                        .address("dynamodb." + store.region() + ".amazonaws.com")
                                        .cachePeriodInMinutes(1440L)
                                        .build())
                                .build());
    }
}
