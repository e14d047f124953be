package dev.penstock.local.bench;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Usage events as they arrive: of the hour that goes on, and of {@value #PAIRS} pairs of tenant and feature by Zipf's
 * law, so that a batch has fewer groups than events. The same seed gives the same events.
 */
final class LiveUsage {
    /** Groups that there can be: 20 tenants with 10 features each. */
    static final int PAIRS = 200;

    private static final int FEATURES = 10;

    private final String run;
    private final Random random;
    private final Instant now;
    private final double[] upTo = new double[PAIRS];
    private int events;

    /** @param run part of every key, so that runs don't meet */
    LiveUsage(String run, long seed, Instant now) {
        this.run = run;
        this.random = new Random(seed);
        this.now = now;
        double sum = 0;
        for (int i = 0; i < PAIRS; i++) {
            sum += 1.0 / (i + 1);
            upTo[i] = sum;
        }
    }

    Map<String, AttributeValue> next() {
        int pair = zipf();
        String tenant = "tenant-%02d".formatted(pair / FEATURES);
        Map<String, AttributeValue> item = new HashMap<>();
        item.put("tenantDay", AttributeValue.fromS(tenant + "#" + LocalDate.ofInstant(now, ZoneOffset.UTC)));
        item.put("eventId", AttributeValue.fromS("event-%s-%07d".formatted(run, events++)));
        item.put("feature", AttributeValue.fromS("feature-" + pair % FEATURES));
        item.put("userId", AttributeValue.fromS(tenant + "-user-" + random.nextInt(50)));
        item.put("at", AttributeValue.fromS(now.toString()));
        item.put("durationMs", number(5 + random.nextInt(500)));
        item.put("expiresAt", number(now.plus(Duration.ofDays(7)).getEpochSecond()));
        return item;
    }

    private int zipf() {
        double at = random.nextDouble() * upTo[PAIRS - 1];
        int pair = 0;
        while (upTo[pair] < at) {
            pair++;
        }
        return pair;
    }

    private static AttributeValue number(long value) {
        return AttributeValue.fromN(Long.toString(value));
    }
}
