package dev.penstock.lambdas.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.lambdas.catalog.Storefront;
import org.junit.jupiter.api.Test;

class EngineTest {
    @Test
    void engineHoldsAllTablesOfTheCatalog() {
        try (Engine engine = new Engine(Storefront.catalog())) {
            assertEquals(
                    Storefront.catalog().allTables().size(),
                    engine.client().listTables().tableNames().size());
        }
    }
}
