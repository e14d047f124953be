package dev.penstock.lambdas.catalog;

import org.jspecify.annotations.Nullable;

/** Refuses a declaration; every message says the rule, the value given and what is allowed. */
final class Rule {
    private Rule() {}

    static void require(boolean holds, String rule, @Nullable Object value, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(rule + ": given " + value + "; allowed: " + allowed);
        }
    }

    static void range(String what, long value, long least, long most) {
        require(value >= least && value <= most, what, value, least + " to " + most);
    }

    static void length(String what, String value, int least, int most) {
        require(
                value.length() >= least && value.length() <= most,
                what,
                "'" + value + "'",
                least + " to " + most + " characters");
    }

    static void name(String what, String value) {
        require(
                value.matches("[A-Za-z0-9_.-]{3,100}"),
                what,
                "'" + value + "'",
                "3 to 100 of letters, digits, _ . - (a stage prefix must still fit 255)");
    }
}
