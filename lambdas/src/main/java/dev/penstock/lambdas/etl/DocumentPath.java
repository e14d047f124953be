package dev.penstock.lambdas.etl;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A document path as DynamoDB expressions write it: {@code shipTo.country}, {@code lines[0].price}. A name with a dot or
 * bracket stands between backquotes. Types are not part of the path.
 */
public final class DocumentPath {
    /** One step down: a member of a map, or an element of a list. */
    private record Step(@Nullable Name name, int index) {}

    private final String text;
    private final Name first;
    private final List<Step> steps;

    private DocumentPath(String text, List<Step> steps) {
        this.text = text;
        this.first = Objects.requireNonNull(steps.getFirst().name(), "a path begins with a name");
        this.steps = steps;
    }

    /** @throws IllegalArgumentException when the text is not a path */
    public static DocumentPath of(String text) {
        return of(text, UnaryOperator.identity());
    }

    /** @param names turns a placeholder such as {@code #s} into the name it stands for */
    static DocumentPath of(String text, UnaryOperator<String> names) {
        List<Step> steps = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '[') {
                int close = text.indexOf(']', at);
                if (steps.isEmpty()
                        || close < 0
                        || !text.substring(at + 1, close).matches("\\d{1,6}")) {
                    throw invalid(text);
                }
                steps.add(new Step(null, Integer.parseInt(text.substring(at + 1, close))));
                at = close + 1;
                continue;
            }
            if (c == '.' && !steps.isEmpty()) {
                at++;
            } else if (!steps.isEmpty()) {
                throw invalid(text);
            }
            int end = nameEnd(text, at);
            String name = text.substring(at, end);
            steps.add(new Step(
                    Name.of(name.startsWith("`") ? name.substring(1, name.length() - 1) : names.apply(name)), -1));
            at = end;
        }
        if (steps.isEmpty()) {
            throw invalid(text);
        }
        return new DocumentPath(text, List.copyOf(steps));
    }

    private static int nameEnd(String text, int from) {
        if (from < text.length() && text.charAt(from) == '`') {
            int close = text.indexOf('`', from + 1);
            if (close < from + 2) {
                throw invalid(text);
            }
            return close + 1;
        }
        int at = from;
        while (at < text.length() && text.charAt(at) != '.' && text.charAt(at) != '[') {
            at++;
        }
        if (at == from) {
            throw invalid(text);
        }
        return at;
    }

    private static IllegalArgumentException invalid(String text) {
        return new IllegalArgumentException(
                "not a document path: '" + text + "'; a path is like shipTo.country or lines[0].price");
    }

    /** The top-level attribute. */
    String root() {
        return rootName().text;
    }

    Name rootName() {
        return first;
    }

    /** Whether it leads to, or into, this top-level attribute. */
    public boolean isRoot(String attribute) {
        return root().equals(attribute);
    }

    /** Where the value is in an item, or null. */
    @Nullable
    Span find(Attributes item) {
        int i = item.find(rootName());
        if (i < 0) {
            return null;
        }
        int from = item.start(i);
        int to = item.end(i);
        byte[] text = item.text(i);
        for (int s = 1; s < steps.size(); s++) {
            Step step = steps.get(s);
            from = step.name() != null ? member(text, from, to, step.name()) : element(text, from, to, step.index());
            if (from < 0) {
                return null;
            }
            to = Spans.value(text, from, to, 0);
        }
        return new Span(text, from, to);
    }

    private static int member(byte[] text, int from, int to, Name name) {
        if (text[from + 2] != 'M' || text[from + 5] != '{' || text[from + 6] == '}') {
            return -1;
        }
        int at = from + 6;
        while (text[at] == '"') {
            int close = Spans.quote(text, at + 1, to);
            if (name.is(text, at + 1, close)
                    || (Spans.hasBackslash(text, at + 1, close)
                            && Name.unescaped(text, at + 1, close).text.equals(name.text))) {
                return close + 2;
            }
            at = Spans.value(text, close + 2, to, 0);
            if (text[at] != ',') {
                return -1;
            }
            at++;
        }
        return -1;
    }

    private static int element(byte[] text, int from, int to, int index) {
        int at = firstElement(text, from);
        for (int i = 0; i < index && at >= 0; i++) {
            at = nextElement(text, at, to);
        }
        return at;
    }

    /** Where the first element of the list value at {@code from} begins, or -1. */
    static int firstElement(byte[] text, int from) {
        return text[from + 2] == 'L' && text[from + 5] == '[' && text[from + 6] != ']' ? from + 6 : -1;
    }

    /** Where the element after the one at {@code at} begins, or -1. */
    static int nextElement(byte[] text, int at, int to) {
        int end = Spans.value(text, at, to, 0);
        return end != Spans.UNUSUAL && text[end] == ',' ? end + 1 : -1;
    }

    /** The value in an item, or null. */
    public @Nullable AttributeValue get(Map<String, AttributeValue> item) {
        AttributeValue value = item.get(root());
        for (int s = 1; s < steps.size() && value != null; s++) {
            Step step = steps.get(s);
            if (step.name() != null) {
                value = value.hasM() ? value.m().get(step.name().text) : null;
            } else {
                value = value.hasL() && step.index() < value.l().size()
                        ? value.l().get(step.index())
                        : null;
            }
        }
        return value;
    }

    /** Copies the value at this path, and what leads to it, from an item into a projection of it. */
    public void project(Map<String, AttributeValue> item, Map<String, AttributeValue> into) {
        AttributeValue value = get(item);
        if (value != null) {
            into.put(root(), nest(into.get(root()), 1, value));
        }
    }

    private AttributeValue nest(@Nullable AttributeValue existing, int step, AttributeValue value) {
        if (step == steps.size()) {
            return value;
        }
        Name name = steps.get(step).name();
        if (name == null) {
            List<AttributeValue> list = new ArrayList<>(existing != null && existing.hasL() ? existing.l() : List.of());
            list.add(nest(null, step + 1, value));
            return AttributeValue.fromL(list);
        }
        Map<String, AttributeValue> map =
                new LinkedHashMap<>(existing != null && existing.hasM() ? existing.m() : Map.of());
        map.put(name.text, nest(map.get(name.text), step + 1, value));
        return AttributeValue.fromM(map);
    }

    @Override
    public String toString() {
        return text;
    }
}
