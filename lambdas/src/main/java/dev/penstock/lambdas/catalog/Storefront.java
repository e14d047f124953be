package dev.penstock.lambdas.catalog;

import static dev.penstock.lambdas.catalog.Measure.count;
import static dev.penstock.lambdas.catalog.Measure.sum;

import dev.penstock.lambdas.archive.ArchiveHandler;
import dev.penstock.lambdas.catalog.Table.BackupClass;
import dev.penstock.lambdas.catalog.Table.Replicas;
import dev.penstock.lambdas.welcome.WelcomeEmailHandler;
import java.util.List;

/** The sample application: a web shop. Edit this file to make Penstock yours. */
public final class Storefront {
    private static final Table CUSTOMERS = Table.named("Customers")
            .key("customerId")
            .replicated(Replicas.EVENTUAL)
            .backup(BackupClass.LONG_TERM)
            .build();

    private static final Table SESSIONS = Table.named("Sessions")
            .key("sessionId")
            .expires("expiresAt")
            .archive("expired/Sessions/", 400)
            .recoveryDays(7)
            .backup(BackupClass.NONE)
            .dax()
            .build();

    private static final Table ORDERS = Table.named("Orders")
            .key("customerId")
            .sort("orderId")
            .backup(BackupClass.LONG_TERM)
            .build();

    private static final Table USAGE_EVENTS = Table.named("UsageEvents")
            .key("tenantDay")
            .sort("eventId")
            .expires("expiresAt")
            .archive("expired/UsageEvents/", 400)
            .appendOnly()
            .recoveryDays(7)
            .build();

    /** Moves to another key whenever the status changes. */
    private static final View ORDERS_BY_STATUS = View.named("OrdersByStatus", "Orders")
            .key("status")
            .sort("placed", "createdAt", "customerId", "orderId")
            .show("createdAt", "total", "currency", "country")
            .build();

    private static final View ORDER_LINES_BY_PRODUCT = View.named("OrderLinesByProduct", "Orders")
            .explode("lines", 20)
            .key("productId", "lines.productId")
            .sort("line", "createdAt", "customerId", "orderId", Explode.LINE)
            .show("createdAt", "status", "lines.quantity", "lines.price")
            .build();

    private static final Aggregate CUSTOMER_TOTALS = Aggregate.named("CustomerTotals", "Orders")
            .groupBy("customerId", "currency")
            .measure(count("orders"), sum("total", "total"))
            .build();

    private static final Aggregate PRODUCT_SALES = Aggregate.named("ProductSales", "Orders")
            .explode("lines", 20)
            .groupBy("lines.productId")
            .perDay("createdAt")
            .measure(count("lines"), sum("quantity", "lines.quantity"), sum("revenue", "lines.quantity", "lines.price"))
            .build();

    /** Per tenant, feature and hour: the tenant's day is the source's partition key, so it holds the tenant. */
    private static final Aggregate USAGE_BY_HOUR = Aggregate.named("UsageByHour", "UsageEvents")
            .groupBy("tenantDay", "feature")
            .perHour("at")
            .measure(count("events"), sum("durationMs", "durationMs"))
            .windowed()
            .build();

    /** For people who study orders and must not see who paid what. */
    private static final Replication ORDERS_MASKED = Replication.named("OrdersReplication", ORDERS)
            .to("OrdersMasked", "eu-west-1")
            .mask(Mask.drop("country"), Mask.redact("total"), Mask.redact("lines.price"))
            .build();

    private static final Catalog CATALOG = new Catalog(
            List.of(CUSTOMERS, SESSIONS, ORDERS, USAGE_EVENTS),
            List.of(ORDERS_BY_STATUS, ORDER_LINES_BY_PRODUCT),
            List.of(CUSTOMER_TOTALS, PRODUCT_SALES, USAGE_BY_HOUR),
            List.of(
                    Consumer.mail("WelcomeEmail", "Customers", WelcomeEmailHandler.class),
                    Consumer.archive("SessionArchive", SESSIONS, ArchiveHandler.class),
                    Consumer.archive("UsageArchive", USAGE_EVENTS, ArchiveHandler.class)),
            List.of(ORDERS_MASKED));

    private Storefront() {}

    public static Catalog catalog() {
        return CATALOG;
    }
}
