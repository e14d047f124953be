package dev.penstock.infra;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.lambdas.catalog.Storefront;
import org.junit.jupiter.api.Test;

class DeterminismTest {

    @Test
    void theSameCommitGivesTheSameTemplates() {
        assertEquals(
                Assembly.of("prod").templates(),
                Assembly.synthesize(Storefront.catalog(), "prod").templates());
    }
}
