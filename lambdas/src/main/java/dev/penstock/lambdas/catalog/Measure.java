package dev.penstock.lambdas.catalog;

import java.util.List;

/**
 * One number that an aggregate keeps per group.
 *
 * @param name attribute in the aggregate's rows
 * @param factors attributes multiplied with each other before they are summed or compared; none for a count
 */
public record Measure(String name, Kind kind, List<String> factors) {
    /** How values combine. MIN and MAX can't take a value back. */
    public enum Kind {
        COUNT,
        SUM,
        MIN,
        MAX
    }

    public Measure {
        Rule.length("measure name", name, 1, 255);
        boolean counts = kind == Kind.COUNT;
        Rule.require(
                counts == factors.isEmpty() && factors.size() <= 3,
                "attributes of measure " + name + " (" + kind + ")",
                factors,
                counts ? "none" : "1 to 3");
        factors = List.copyOf(factors);
    }

    public static Measure count(String name) {
        return new Measure(name, Kind.COUNT, List.of());
    }

    /** Sum of an attribute, or of a product such as quantity times price. */
    public static Measure sum(String name, String... factors) {
        return new Measure(name, Kind.SUM, List.of(factors));
    }

    public static Measure min(String name, String attribute) {
        return new Measure(name, Kind.MIN, List.of(attribute));
    }

    public static Measure max(String name, String attribute) {
        return new Measure(name, Kind.MAX, List.of(attribute));
    }

    /** In words: {@code revenue SUM quantity * price}. */
    String declaration() {
        return name + " " + kind + (factors.isEmpty() ? "" : " " + String.join(" * ", factors));
    }

    /** Whether a value can be taken back out. */
    public boolean isReversible() {
        return kind == Kind.COUNT || kind == Kind.SUM;
    }
}
