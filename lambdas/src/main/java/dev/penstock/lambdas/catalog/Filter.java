package dev.penstock.lambdas.catalog;

import java.util.List;

/** Which source items take part in a view or an aggregate. */
public sealed interface Filter {
    /** Every item. */
    record All() implements Filter {}

    /** Items that have the attribute. */
    record Exists(String attribute) implements Filter {}

    /** Items whose string attribute has one of these values. */
    record AnyOf(String attribute, List<String> values) implements Filter {
        public AnyOf {
            Rule.require(!values.isEmpty(), "filter on " + attribute, values, "at least one value");
            values = List.copyOf(values);
        }
    }

    /** Items that another filter refuses. */
    record Not(Filter filter) implements Filter {}

    /** Items that all of these accept. */
    record And(List<Filter> filters) implements Filter {
        public And {
            filters = List.copyOf(filters);
        }
    }

    static Filter all() {
        return new All();
    }

    static Filter exists(String attribute) {
        return new Exists(attribute);
    }

    static Filter anyOf(String attribute, String... values) {
        return new AnyOf(attribute, List.of(values));
    }

    static Filter not(Filter filter) {
        return new Not(filter);
    }

    default Filter and(Filter other) {
        return new And(List.of(this, other));
    }
}
