package dev.penstock.lambdas.projector;

import dev.penstock.lambdas.archive.ArchiveHandler;
import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Consumer;
import dev.penstock.lambdas.catalog.Filter;
import dev.penstock.lambdas.catalog.Measure;
import dev.penstock.lambdas.catalog.OnExpiry;
import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.catalog.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The storefront, and one of everything that it does not use itself. */
final class ChaosCatalog {
    static final Table ORDERS = Storefront.catalog().table("Orders");
    static final Table USAGE = Storefront.catalog().table("UsageEvents");

    private ChaosCatalog() {}

    /** Without some views and contribution aggregates of both sources. */
    static Catalog older() {
        Catalog all = catalog();
        Set<String> missing = Set.of("OrdersByStatus", "StatusCounts", "UsageByUser", "AllUsage");
        return new Catalog(
                all.tables(),
                all.views().stream()
                        .filter(view -> !missing.contains(view.name()))
                        .toList(),
                all.aggregates().stream()
                        .filter(aggregate -> !missing.contains(aggregate.name()))
                        .toList(),
                all.consumers());
    }

    static Catalog catalog() {
        List<View> views = new ArrayList<>(Storefront.catalog().views());
        views.add(View.named("OpenOrders", "Orders")
                .key("customerId")
                .sort("orderId")
                .where(Filter.not(Filter.anyOf("status", "CANCELLED")))
                .show("status", "total")
                .build());
        views.add(View.named("UsageByUser", "UsageEvents")
                .key("userId")
                .sort("event", "tenantDay", "eventId")
                .onExpiry(OnExpiry.KEEP)
                .build());
        List<Aggregate> aggregates = new ArrayList<>(Storefront.catalog().aggregates());
        aggregates.add(Aggregate.named("StatusCounts", "Orders")
                .groupBy("status")
                .measure(Measure.count("orders"), Measure.sum("total", "total"))
                .lanes(3)
                .build());
        aggregates.add(Aggregate.named("LiveUsage", "UsageEvents")
                .groupBy("feature")
                .measure(Measure.count("events"))
                .build());
        aggregates.add(Aggregate.named("AllUsage", "UsageEvents")
                .groupBy("feature")
                .measure(Measure.count("events"))
                .onExpiry(OnExpiry.KEEP)
                .build());
        aggregates.add(Aggregate.named("LongestUsage", "UsageEvents")
                .groupBy("feature")
                .measure(Measure.count("events"), Measure.max("longest", "durationMs"))
                .windowed()
                .build());
        return new Catalog(
                List.of(ORDERS, USAGE),
                views,
                aggregates,
                List.of(Consumer.archive("UsageArchive", USAGE, ArchiveHandler.class)));
    }
}
