package dev.penstock.local.dax;

import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** What all nodes of a cluster share: the store behind it, the caches and the counters. */
record DaxState(
        DynamoDbClient store,
        KeySchemas schemas,
        Items items,
        ItemCache itemCache,
        QueryCache queryCache,
        DaxMetrics metrics) {}
