package dev.penstock.lambdas.projector;

import static dev.penstock.lambdas.testing.ShopItems.order;

import dev.penstock.lambdas.testing.FaultyClient;
import org.junit.jupiter.api.AfterEach;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;

/** Tests on a shop of their own; another one can be put in its place, whose safeguard is missing. */
abstract class ShopTest {
    Shop shop = new Shop();

    @AfterEach
    void close() {
        shop.close();
    }

    void orders(int count) {
        for (int i = 0; i < count; i++) {
            shop.orders.put(order("c" + i % 3, "o" + i, i % 2 == 0 ? "NEW" : "PAID", i, "p" + i % 4));
        }
    }

    /** No write goes through from now on. */
    void throttleAll() {
        shop.faults(new FaultyClient.Around() {
            @Override
            public void before(String operation) {
                if (operation.equals("putItem")
                        || operation.equals("updateItem")
                        || operation.equals("transactWriteItems")) {
                    throw ProvisionedThroughputExceededException.builder().build();
                }
            }
        });
    }
}
