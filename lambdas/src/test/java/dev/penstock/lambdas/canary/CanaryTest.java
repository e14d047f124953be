package dev.penstock.lambdas.canary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.testing.Engine;
import dev.penstock.lambdas.testing.FaultyClient;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;

class CanaryTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    @Test
    void writesAndReadsBackAndTellsHowOldTheOthersAre() {
        try (Engine engine = new Engine(Storefront.catalog())) {
            new CanaryHandler(engine.client(), Catalog.CANARY, "eu-west-1", () -> NOW.minusSeconds(90))
                    .handleRequest(Map.of(), null);
            var here = new CanaryHandler(engine.client(), Catalog.CANARY, "us-east-1", () -> NOW);
            assertEquals(
                    Map.of("region", "us-east-1", "secondsOld", Map.of("eu-west-1", 90L)),
                    here.handleRequest(Map.of(), null));
        }
    }

    @Test
    void failsWhenTheTableDoesNotHoldWhatWasWritten() {
        try (Engine engine = new Engine(Storefront.catalog())) {
            var forgetful = FaultyClient.wrap(
                    engine.client(),
                    new FaultyClient.Around() {},
                    request -> request instanceof PutItemRequest put
                            ? put.toBuilder()
                                    .item(Map.of(
                                            "region",
                                                    put.item().get("region").toBuilder()
                                                            .s("elsewhere")
                                                            .build(),
                                            "at", put.item().get("at")))
                                    .build()
                            : request);
            var canary = new CanaryHandler(forgetful, Catalog.CANARY, "us-east-1", () -> NOW);
            assertThrows(IllegalStateException.class, () -> canary.handleRequest(Map.of(), null));
        }
    }
}
