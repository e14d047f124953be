package dev.penstock.lambdas.projector;

import dev.penstock.lambdas.item.Value;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** One thing that a change does to a derived table. */
sealed interface Action {
    /** Logical name of the derived table. */
    String table();

    /** Takes a row out of a view. */
    record DeleteRow(String table, Map<String, Value> key, List<Value> keyValues) implements Action {}

    /** Puts a row into a view, whatever was there. */
    record PutRow(String table, Map<String, Value> attributes, List<Value> keyValues) implements Action {}

    /** Adds to a group of an aggregate; negative takes back. */
    record Add(String table, String group, Map<String, BigDecimal> delta) implements Action {}
}
