package dev.penstock.local.dax;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The way to an attribute or to a part of one: names, and numbers of list elements. */
record DocumentPath(List<Step> steps) {
    /** A map's member, or a list's element where {@code name} is null. */
    record Step(@Nullable String name, int index) {
        Step {
            if (index < 0) {
                throw new MalformedRequestException("list element " + index + " in a document path");
            }
        }
    }

    private static final int DOCUMENT_PATH = 18;

    DocumentPath {
        steps = List.copyOf(steps);
        if (steps.isEmpty() || steps.getFirst().name() == null) {
            throw new MalformedRequestException("a document path begins with a name");
        }
    }

    /** Reads {@code [18, step...]} or a bare name. */
    static DocumentPath read(CborReader in) {
        if (in.peekMajor() == Cbor.TEXT) {
            return new DocumentPath(List.of(step(in)));
        }
        int length = in.readArray();
        int head = in.readInt();
        if (head != DOCUMENT_PATH) {
            throw new MalformedRequestException("expected a document path, found function " + head);
        }
        return readSteps(in, length);
    }

    /** Reads the steps of an array of {@code length} whose head was read. */
    static DocumentPath readSteps(CborReader in, int length) {
        List<Step> steps = new ArrayList<>();
        while (in.more(length, steps.size() + 1)) {
            steps.add(step(in));
        }
        return new DocumentPath(steps);
    }

    private static Step step(CborReader in) {
        if (in.peekMajor() != Cbor.TAG) {
            return new Step(in.readText(), 0);
        }
        if (in.readTag() != Cbor.TAG_LIST_INDEX) {
            throw new MalformedRequestException("expected a list index in a document path");
        }
        return new Step(null, in.readInt());
    }

    String attribute() {
        String name = steps.getFirst().name();
        if (name == null) {
            throw new IllegalStateException("a document path begins with a name");
        }
        return name;
    }

    String render(Placeholders placeholders) {
        StringBuilder text = new StringBuilder();
        for (Step step : steps) {
            if (step.name() == null) {
                text.append('[').append(step.index()).append(']');
            } else {
                text.append(text.isEmpty() ? "" : ".").append(placeholders.name(step.name()));
            }
        }
        return text.toString();
    }

    /** The value at this path, or null when the item has none there. */
    @Nullable
    AttributeValue resolve(Map<String, AttributeValue> item) {
        AttributeValue value = item.get(attribute());
        for (Step step : steps.subList(1, steps.size())) {
            if (value == null) {
                return null;
            }
            if (step.name() != null) {
                value = value.hasM() ? value.m().get(step.name()) : null;
            } else {
                boolean inside = value.hasL() && step.index() < value.l().size();
                value = inside ? value.l().get(step.index()) : null;
            }
        }
        return value;
    }

    /** True when one path leads to the other or through it, which DynamoDB refuses in one projection. */
    boolean overlaps(DocumentPath other) {
        int common = Math.min(steps.size(), other.steps.size());
        return steps.subList(0, common).equals(other.steps.subList(0, common));
    }

    /** As DynamoDB writes a path in its messages: {@code [a, [0], b]}. */
    @Override
    public String toString() {
        return steps.stream()
                .map(step -> step.name() == null ? "[" + step.index() + "]" : step.name())
                .toList()
                .toString();
    }
}
