package dev.penstock.local.dax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbEnhancedClient;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbTable;
import software.amazon.awssdk.enhanced.dynamodb.Key;
import software.amazon.awssdk.enhanced.dynamodb.TableSchema;
import software.amazon.awssdk.enhanced.dynamodb.mapper.annotations.DynamoDbBean;
import software.amazon.awssdk.enhanced.dynamodb.mapper.annotations.DynamoDbPartitionKey;
import software.amazon.awssdk.enhanced.dynamodb.mapper.annotations.DynamoDbSortKey;
import software.amazon.awssdk.enhanced.dynamodb.model.QueryConditional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The Enhanced client on top of the official DAX client. */
@Timeout(60)
class EnhancedClientTest {
    /** A bean as the Enhanced client wants it. */
    @DynamoDbBean
    public static final class Order {
        private String customerId = "";
        private int orderId;
        private List<String> products = List.of();

        @DynamoDbPartitionKey
        public String getCustomerId() {
            return customerId;
        }

        public void setCustomerId(String id) {
            customerId = id;
        }

        @DynamoDbSortKey
        public int getOrderId() {
            return orderId;
        }

        public void setOrderId(int id) {
            orderId = id;
        }

        public List<String> getProducts() {
            return products;
        }

        public void setProducts(List<String> all) {
            products = all;
        }
    }

    @Test
    void writesReadsUpdatesAndQueries() {
        try (EmbeddedDynamo dynamo = new EmbeddedDynamo();
                DaxServer server = DaxServer.start(
                        dynamo.client(),
                        DaxSettings.defaults().withPorts(0, DaxSettings.NO_TLS),
                        InstantSource.system());
                DynamoDbClient dax = DaxClients.sync(server.url())) {
            DynamoDbTable<Order> orders = DynamoDbEnhancedClient.builder()
                    .dynamoDbClient(dax)
                    .build()
                    .table(EmbeddedDynamo.ORDERS, TableSchema.fromBean(Order.class));
            IntStream.range(0, 5).forEach(i -> orders.putItem(order(i, "p" + i)));
            Key second = Key.builder().partitionValue("enhanced").sortValue(2).build();
            assertEquals(List.of("p2"), orders.getItem(second).getProducts());
            orders.updateItem(order(2, "changed"));
            assertEquals(List.of("changed"), orders.getItem(second).getProducts());
            List<Integer> numbers =
                    orders.query(QueryConditional.keyEqualTo(key -> key.partitionValue("enhanced"))).items().stream()
                            .map(Order::getOrderId)
                            .toList();
            assertEquals(List.of(0, 1, 2, 3, 4), numbers);
            orders.deleteItem(second);
            assertNull(orders.getItem(second));
        }
    }

    private static Order order(int id, String product) {
        Order order = new Order();
        order.setCustomerId("enhanced");
        order.setOrderId(id);
        order.setProducts(List.of(product));
        return order;
    }
}
