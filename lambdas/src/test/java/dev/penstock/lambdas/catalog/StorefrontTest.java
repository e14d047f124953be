package dev.penstock.lambdas.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class StorefrontTest {
    private final Catalog catalog = Storefront.catalog();

    @Test
    void derivedTablesFollowFromTheDeclarations() {
        assertEquals(
                List.of(
                        "OrdersByStatus",
                        "OrderLinesByProduct",
                        "CustomerTotals",
                        "ProductSales",
                        "UsageByHour",
                        "OrdersControl",
                        "UsageEventsHoles",
                        "WelcomeEmailClaims",
                        "Epochs",
                        "Canary"),
                catalog.derivedTables().stream().map(Table::name).toList());
    }

    @Test
    void eachSourceWithEffectsHasOneProjector() {
        assertEquals(
                List.of(
                        "WelcomeEmail",
                        "SessionArchive",
                        "UsageArchive",
                        "OrdersProjector",
                        "UsageEventsProjector",
                        "OrdersReplication"),
                catalog.allConsumers().stream().map(Consumer::name).toList());
    }

    @Test
    void controlTableHasTheKeyOfItsSource() {
        Table control = catalog.allTables().stream()
                .filter(table -> table.role() == Table.Role.CONTROL)
                .findFirst()
                .orElseThrow();
        assertEquals(catalog.table("Orders").keys(), control.keys());
    }
}
