package dev.penstock.lambdas.projection;

import dev.penstock.lambdas.catalog.Aggregate;
import dev.penstock.lambdas.catalog.Measure;
import dev.penstock.lambdas.item.Value;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What one item adds to each group of one aggregate. */
public final class Shares {
    /** DynamoDB's numbers have 38 digits; a product that needs more is refused, not rounded. */
    private static final MathContext EXACT = new MathContext(38, RoundingMode.UNNECESSARY);

    private static final int MAX_GROUP = 2_048;

    private Shares() {}

    /**
     * Group to measures, by name; empty when the filter refuses the item or it lacks an attribute of the group.
     *
     * @throws PoisonException when a measure or a group can't be made of the item's values
     */
    public static Map<String, Map<String, BigDecimal>> of(Aggregate aggregate, Map<String, Value> item) {
        Map<String, Map<String, BigDecimal>> shares = new TreeMap<>();
        for (Facet facet : Facet.of(item, aggregate.filter(), aggregate.explode())) {
            group(aggregate, facet).ifPresent(group -> {
                Map<String, BigDecimal> share = shares.computeIfAbsent(group, ignored -> new TreeMap<>());
                for (Measure measure : aggregate.measures()) {
                    share.merge(measure.name(), value(measure, facet), (a, b) -> combine(measure, a, b));
                }
            });
        }
        return shares;
    }

    /** How two values of a measure become one. */
    public static BigDecimal combine(Measure measure, BigDecimal a, BigDecimal b) {
        return switch (measure.kind()) {
            case COUNT, SUM -> a.add(b);
            case MIN -> a.min(b);
            case MAX -> a.max(b);
        };
    }

    /** The group's attributes as its rows show them: the names of groupBy, then {@code hour} or {@code day}. */
    public static Map<String, Value> shown(Aggregate aggregate, String group) {
        List<String> parts = Joined.split(group);
        Map<String, Value> shown = new LinkedHashMap<>();
        for (int i = 0; i < parts.size(); i++) {
            shown.put(aggregate.groupNames().get(i), Value.string(parts.get(i)));
        }
        return shown;
    }

    private static Optional<String> group(Aggregate aggregate, Facet facet) {
        List<String> parts = new ArrayList<>();
        for (String source : aggregate.groupBy()) {
            Value value = facet.get(source);
            if (value == null) {
                return Optional.empty();
            }
            parts.add(Facet.keyText(source, value));
        }
        Aggregate.Bucket bucket = aggregate.bucket();
        if (bucket != null) {
            Value value = facet.get(bucket.attribute());
            if (value == null) {
                return Optional.empty();
            }
            parts.add(format(bucket.unit()).format(instant(bucket.attribute(), value)));
        }
        String group = Joined.join(parts);
        int bytes = group.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > MAX_GROUP) {
            throw new PoisonException(
                    "group of " + aggregate.name() + " has " + bytes + " bytes; allowed: 1 to " + MAX_GROUP);
        }
        return Optional.of(group);
    }

    private static BigDecimal value(Measure measure, Facet facet) {
        BigDecimal value = BigDecimal.ONE;
        for (String factor : measure.factors()) {
            if (!(facet.get(factor) instanceof Value.N number)) {
                throw new PoisonException(
                        "measure " + measure.name() + " needs the number " + factor + "; given " + facet.get(factor));
            }
            try {
                value = value.multiply(number.value(), EXACT);
            } catch (ArithmeticException tooLong) {
                throw new PoisonException("measure " + measure.name() + " has more than 38 digits");
            }
        }
        return value;
    }

    private static Instant instant(String attribute, Value value) {
        try {
            return switch (value) {
                case Value.S text -> Instant.parse(text.value());
                case Value.N seconds -> Instant.ofEpochSecond(seconds.value().longValueExact());
                default -> throw new PoisonException("time bucket needs " + attribute + " as S or N");
            };
        } catch (DateTimeParseException | ArithmeticException e) {
            throw new PoisonException("time bucket needs " + attribute
                    + " as an ISO-8601 instant or whole epoch seconds: " + e.getMessage());
        } catch (DateTimeException e) {
            throw new PoisonException("time bucket: " + attribute + " is beyond the calendar");
        }
    }

    private static DateTimeFormatter format(Aggregate.Bucket.Unit unit) {
        return DateTimeFormatter.ofPattern(unit == Aggregate.Bucket.Unit.HOUR ? "uuuu-MM-dd'T'HH" : "uuuu-MM-dd")
                .withZone(ZoneOffset.UTC);
    }
}
