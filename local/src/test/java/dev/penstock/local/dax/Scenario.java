package dev.penstock.local.dax;

import java.util.List;
import java.util.function.Function;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Calls in their order, to be made by two clients whose answers are compared. */
interface Scenario {
    String name();

    /** @param id keeps the items of a scenario apart from those of the others */
    List<Function<DynamoDbClient, SdkPojo>> steps(String id);
}
