package dev.penstock.lambdas.catalog;

import org.jspecify.annotations.Nullable;

/**
 * One row, or one contribution, per element of a list of maps. An element's attribute is addressed as
 * {@code list.attribute}, its position as {@link #LINE}.
 *
 * @param list attribute that holds the list
 * @param atMost longest list whose change is applied in one transaction, 1 to 99; a longer one is applied in steps,
 *     exact too, but a reader may see it half done
 */
public record Explode(String list, int atMost) {
    /** Source name of the element's position: four digits or more, starting at 0000. */
    public static final String LINE = "$line";

    public Explode {
        Rule.length("exploded list", list, 1, 255);
        Rule.range("elements changed in one transaction", atMost, 1, 99);
    }

    boolean covers(String source) {
        return source.equals(LINE) || source.startsWith(list + ".");
    }

    /** How rows name a source: an element's attribute without the list's name. */
    static String shownName(@Nullable Explode explode, String source) {
        return explode != null && explode.covers(source) ? source.substring(source.indexOf('.') + 1) : source;
    }
}
