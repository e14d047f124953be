package dev.penstock.lambdas.catalog;

import org.jspecify.annotations.Nullable;

/** What a source item causes elsewhere: rows in a view or a share of an aggregate. */
public sealed interface Effect permits View, Aggregate {
    String name();

    /** Name of the source table. */
    String source();

    Filter filter();

    @Nullable
    Explode explode();

    OnExpiry onExpiry();

    /** From 1; a change of keys or measures on live data is a new version, built beside the old one. */
    int version();

    /** Name of the table that holds it; the version is part of it from 2 on. */
    default String tableName() {
        return version() == 1 ? name() : name() + "V" + version();
    }

    /** The table that holds it. */
    Table table();

    /**
     * All that decides what its rows are, in words. A change of it on live data needs a new version: rows of before and
     * after would stand side by side in one table.
     */
    String declaration();

    /** Rows or shares that one item may have within one transaction. */
    default int fanOut() {
        Explode explode = explode();
        return explode == null ? 1 : explode.atMost();
    }

    /** Whether the source item's effect is remembered in the source's control table. */
    boolean needsControl();
}
