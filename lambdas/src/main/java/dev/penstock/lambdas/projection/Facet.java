package dev.penstock.lambdas.projection;

import dev.penstock.lambdas.catalog.Explode;
import dev.penstock.lambdas.catalog.Filter;
import dev.penstock.lambdas.item.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one row or one share is made from: the item, and the element of its exploded list if there is one.
 *
 * @param prefix {@code list.} before the names of the element's attributes; empty without an exploded list
 */
record Facet(Map<String, Value> item, String prefix, Map<String, Value> element, int line) {

    /** One facet per element of the exploded list, or the item alone; none when the filter refuses the item. */
    static List<Facet> of(Map<String, Value> item, Filter filter, @Nullable Explode explode) {
        if (!accepts(filter, item)) {
            return List.of();
        }
        if (explode == null) {
            return List.of(new Facet(item, "", Map.of(), 0));
        }
        Value list = item.get(explode.list());
        if (list == null) {
            return List.of();
        }
        if (!(list instanceof Value.L elements)) {
            throw new PoisonException("attribute " + explode.list() + " is no list, so it can't be exploded");
        }
        List<Facet> facets = new ArrayList<>();
        for (Value element : elements.values()) {
            if (!(element instanceof Value.M map)) {
                throw new PoisonException("element " + facets.size() + " of " + explode.list() + " is no map");
            }
            facets.add(new Facet(item, explode.list() + ".", map.values(), facets.size()));
        }
        return facets;
    }

    /** The value that a source name of a declaration stands for; {@code null} when the item lacks it. */
    @Nullable
    Value get(String source) {
        if (source.equals(Explode.LINE)) {
            return Value.string("%04d".formatted(line));
        }
        return isElement(source) ? element.get(source.substring(prefix.length())) : item.get(source);
    }

    /** Name under which a source attribute is shown. */
    String shown(String source) {
        return isElement(source) ? source.substring(prefix.length()) : source;
    }

    private boolean isElement(String source) {
        return !prefix.isEmpty() && source.startsWith(prefix);
    }

    private static boolean accepts(Filter filter, Map<String, Value> item) {
        return switch (filter) {
            case Filter.All ignored -> true;
            case Filter.Exists exists -> item.containsKey(exists.attribute());
            case Filter.AnyOf any ->
                item.get(any.attribute()) instanceof Value.S text
                        && any.values().contains(text.value());
            case Filter.Not not -> !accepts(not.filter(), item);
            case Filter.And and -> and.filters().stream().allMatch(each -> accepts(each, item));
        };
    }

    /** A value as part of a key. */
    static String keyText(String source, Value value) {
        return switch (value) {
            case Value.S s -> s.value();
            case Value.N n -> n.text();
            case Value.B b -> b.base64();
            default ->
                throw new PoisonException("attribute " + source + " is of type "
                        + value.getClass().getSimpleName() + "; a key is made of S, N or B");
        };
    }
}
