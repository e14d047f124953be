package dev.penstock.lambdas.catalog;

import java.util.List;

/**
 * How a view's key attribute is made from attributes of the source: one is taken as it is, several are joined with
 * {@code #}, where {@code %} and {@code #} inside a value are escaped, so that different values never join equally.
 *
 * @param attribute name in the view
 * @param type of the view's attribute; joined ones are strings
 * @param sources attribute names, {@code list.attribute} of an exploded list, or {@link Explode#LINE}
 */
public record KeyMapping(String attribute, Attribute.Type type, List<String> sources) {
    public KeyMapping {
        Rule.length("view key attribute", attribute, 1, 255);
        Rule.range("number of attributes in view key " + attribute, sources.size(), 1, 10);
        Rule.require(
                sources.size() == 1 || type == Attribute.Type.S,
                "a key joined of several attributes is a string; " + attribute,
                type,
                "S");
        sources = List.copyOf(sources);
    }

    /** In words: {@code placed S = createdAt, orderId}. */
    String declaration() {
        return attribute + " " + type + " = " + String.join(", ", sources);
    }

    /** The view's key attribute as CreateTable wants it. */
    public Attribute toAttribute() {
        return new Attribute(attribute, type);
    }
}
