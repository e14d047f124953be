package dev.penstock.local.bench;

import java.io.PrintWriter;

/** A number that was promised, and what was measured. */
record Bar(String name, double value, double bar, boolean atLeast) {

    static Bar least(String name, double value, double bar) {
        return new Bar(name, value, bar, true);
    }

    static Bar most(String name, double value, double bar) {
        return new Bar(name, value, bar, false);
    }

    boolean isMet() {
        return atLeast ? value >= bar : value <= bar;
    }

    void print(PrintWriter out) {
        out.printf(
                "%s: %.2f (bar: at %s %.2f) %s%n",
                name, value, atLeast ? "least" : "most", bar, isMet() ? "met" : "MISSED");
    }
}
