package dev.penstock.local.assembly;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The resolved properties of a resource, read by name and type.
 *
 * @param where names the resource in messages
 */
record Properties(String where, Map<String, Object> values) {

    boolean has(String name) {
        return values.containsKey(name);
    }

    String string(String name) {
        return optional(name)
                .orElseThrow(
                        () -> new AssemblyException(where + " lacks the property " + name + ", which is required"));
    }

    Optional<String> optional(String name) {
        return Optional.ofNullable(values.get(name)).map(String::valueOf);
    }

    /** A whole number; CloudFormation writes numbers as text too. */
    Optional<Integer> integer(String name) {
        return optional(name).map(text -> {
            try {
                return Integer.valueOf(text);
            } catch (NumberFormatException e) {
                throw new AssemblyException(where + ": " + name + " must be a whole number; given: " + text, e);
            }
        });
    }

    Optional<Long> number(String name) {
        return integer(name).map(Integer::longValue);
    }

    Optional<Boolean> flag(String name) {
        return optional(name).map(Boolean::valueOf);
    }

    boolean is(String name) {
        return flag(name).orElse(false);
    }

    /** The nested object; an empty one when it is absent. */
    Properties object(String name) {
        return new Properties(where + "." + name, Json.object(values.get(name), where + "." + name));
    }

    List<Properties> objects(String name) {
        List<Properties> objects = new ArrayList<>();
        for (Object element : Json.list(values.get(name), where + "." + name)) {
            String at = where + "." + name + "[" + objects.size() + "]";
            objects.add(new Properties(at, Json.object(element, at)));
        }
        return objects;
    }

    List<String> strings(String name) {
        return Json.list(values.get(name), where + "." + name).stream()
                .map(String::valueOf)
                .toList();
    }

    /** All members as text; nested objects and lists as JSON, in which form APIs take policies. */
    Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        values.forEach((name, value) ->
                texts.put(name, value instanceof Map || value instanceof List ? Json.write(value) : value.toString()));
        return texts;
    }

    /** Tags as CloudFormation writes them: a list of Key and Value. */
    Map<String, String> tags() {
        Map<String, String> tags = new LinkedHashMap<>();
        objects("Tags").forEach(tag -> tags.put(tag.string("Key"), tag.string("Value")));
        return tags;
    }
}
