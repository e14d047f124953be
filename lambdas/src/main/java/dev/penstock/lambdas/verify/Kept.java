package dev.penstock.lambdas.verify;

import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.item.Value;
import java.util.List;
import java.util.Map;

/** What another table keeps of each item of a source: texts by keys, which follow from the item alone. */
interface Kept {
    Table source();

    /** The table that keeps it, as {@link TablesAt} calls it. */
    String holder();

    /** The table that a difference names. */
    String told();

    /** Whether it survives the item's expiry. */
    boolean keepsExpired();

    /** Whether nothing else writes the holder, so that what follows from no item is a difference. */
    boolean isAlone();

    /** What ought to be kept of an item; none of one that can't be shown, which the consumer has diverted. */
    Map<String, String> wanted(Map<String, Value> item);

    /** What a row of the holder keeps; nothing if it is a tombstone. */
    Map<String, String> held(Map<String, Value> row);

    /** The key of the item that a row was made of, as far as the row has it. */
    Map<String, Value> sourceKey(Map<String, Value> row);

    /** What is kept of these now, by consistent reads; who keeps nothing may be left out. */
    Map<Candidate, Map<String, String>> now(List<Candidate> candidates);

    /**
     * An item of which something else was kept than ought to be, at the time of the exports.
     *
     * @param sourceKey of the item, as text
     * @param keys under which something ought to be kept of it or is
     */
    record Candidate(String sourceKey, List<String> keys) {}
}
