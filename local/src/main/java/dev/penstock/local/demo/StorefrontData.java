package dev.penstock.local.demo;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.datafaker.Faker;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Generated items of the four source tables. The same seed and start time give the same items, for everyone.
 *
 * <p>Not threadsafe: items follow each other in one random sequence.
 */
public final class StorefrontData {
    private static final List<String> CURRENCIES = List.of("EUR", "USD", "GBP", "JPY");
    private static final List<String> STATUSES = List.of("PLACED", "PAID", "SHIPPED", "DELIVERED", "CANCELLED");
    private static final List<String> FEATURES =
            List.of("search", "checkout", "catalog", "recommendations", "returns", "reviews");
    private static final List<String> TENANTS = List.of("acme", "globex", "initech", "umbrella");

    private final long seed;
    private final Faker faker;
    private final Random random;
    private final Instant start;
    private final List<String> customers;
    private final List<String> products;
    private int orders;
    private int events;
    private int sessions;

    /**
     * @param seed any number
     * @param start the time of sign-ups; orders and usage are of the day before
     * @param customerCount 1 or more
     */
    public StorefrontData(long seed, Instant start, int customerCount) {
        this.seed = seed;
        this.random = new Random(seed);
        this.faker = new Faker(Locale.ENGLISH, random);
        this.start = start;
        this.customers = IntStream.range(0, customerCount)
                .mapToObj(i -> "customer-%d-%05d".formatted(seed, i))
                .toList();
        this.products = IntStream.range(0, 40)
                .mapToObj(i -> "%s-%02d".formatted(slug(faker.commerce().productName()), i))
                .toList();
    }

    /** It is part of every key, so that runs with different seeds don't meet. */
    public long seed() {
        return seed;
    }

    /** One item for each customer. */
    public List<Map<String, AttributeValue>> customers() {
        List<Map<String, AttributeValue>> items = new ArrayList<>();
        for (String id : customers) {
            String name = faker.name().fullName();
            items.add(item(
                    "customerId", s(id),
                    "email", s(slug(name) + "@example.com"),
                    "name", s(name),
                    "country", s(faker.address().countryCode()),
                    "createdAt", s(start.toString())));
        }
        return items;
    }

    /** A new order of any customer. */
    public Map<String, AttributeValue> order() {
        List<AttributeValue> lines = new ArrayList<>();
        int total = 0;
        for (int line = 1 + random.nextInt(4); line > 0; line--) {
            int quantity = 1 + random.nextInt(3);
            int price = 5 + random.nextInt(95);
            total += quantity * price;
            lines.add(AttributeValue.fromM(
                    item("productId", s(pick(products)), "quantity", n(quantity), "price", n(price))));
        }
        return item(
                "customerId", s(pick(customers)),
                "orderId", s("order-%d-%06d".formatted(seed, orders++)),
                "status", s("PLACED"),
                "createdAt", s(onTheDayBefore().toString()),
                "total", n(total),
                "currency", s(pick(CURRENCIES)),
                "country", s(faker.address().countryCode()),
                "lines", AttributeValue.fromL(lines));
    }

    /** The status an order moves to; some stay as placed. */
    public String nextStatus() {
        return pick(STATUSES);
    }

    /** A new usage event, kept for a week. */
    public Map<String, AttributeValue> usageEvent() {
        Instant at = onTheDayBefore();
        String tenant = pick(TENANTS);
        return item(
                "tenantDay", s(tenant + "#" + LocalDate.ofInstant(at, ZoneOffset.UTC)),
                "eventId", s("event-%d-%07d".formatted(seed, events++)),
                "feature", s(pick(FEATURES)),
                "userId", s(tenant + "-user-" + random.nextInt(50)),
                "at", s(at.toString()),
                "durationMs", n(5 + random.nextInt(500)),
                "expiresAt", n(at.plus(Duration.ofDays(7)).getEpochSecond()));
    }

    /** A new session that expires half an hour after the start. */
    public Map<String, AttributeValue> session() {
        return item(
                "sessionId", s("session-%d-%05d".formatted(seed, sessions++)),
                "customerId", s(pick(customers)),
                "data", s(faker.internet().userAgent()),
                "expiresAt", n(start.plus(Duration.ofMinutes(30)).getEpochSecond()));
    }

    /** Of the day before the start, so that sums by day and hour are the same whatever the time of day. */
    private Instant onTheDayBefore() {
        return start.truncatedTo(ChronoUnit.DAYS).minusSeconds(1 + random.nextInt(20 * 3600));
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private static String slug(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", ".").replaceAll("^\\.|\\.$", "");
    }

    private static Map<String, AttributeValue> item(Object... namesAndValues) {
        Map<String, AttributeValue> item = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            item.put((String) namesAndValues[i], (AttributeValue) namesAndValues[i + 1]);
        }
        return item;
    }

    private static AttributeValue s(String text) {
        return AttributeValue.fromS(text);
    }

    private static AttributeValue n(long number) {
        return AttributeValue.fromN(Long.toString(number));
    }
}
