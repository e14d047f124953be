package dev.penstock.lambdas.etl;

import dev.penstock.lambdas.export.DynamoDbJson;
import dev.penstock.lambdas.export.LineBuilder;
import dev.penstock.lambdas.export.MalformedException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** One rule of a {@link Recipe}. */
public sealed interface Step {

    /** The stage that applies this rule and hands on to the next. */
    Stage before(Stage next);

    /** Keeps the items for which the condition holds. */
    record Filter(Condition condition) implements Step {
        @Override
        public Stage before(Stage next) {
            SpanFilter filter = SpanFilter.of(condition);
            return item -> filter.test(item) ? next.accept(item) : 0;
        }
    }

    /** Keeps these top-level attributes, in this order. */
    record Project(List<String> attributes) implements Step {
        @Override
        public Stage before(Stage next) {
            List<Name> names = attributes.stream().map(Name::of).toList();
            Attributes kept = new Attributes();
            return item -> {
                kept.count = 0;
                for (Name name : names) {
                    kept.take(item, name);
                }
                return next.accept(kept);
            };
        }
    }

    /** Rejects an item that lacks one of these top-level attributes, such as the keys of the table it is for. */
    record Require(List<String> attributes) implements Step {
        @Override
        public Stage before(Stage next) {
            List<Name> names = attributes.stream().map(Name::of).toList();
            return item -> {
                for (Name name : names) {
                    if (item.find(name) < 0) {
                        throw new MalformedException("the recipe requires " + name.text + ", which the item lacks", 0);
                    }
                }
                return next.accept(item);
            };
        }
    }

    /** Drops these top-level attributes. */
    record Drop(List<String> attributes) implements Step {
        @Override
        public Stage before(Stage next) {
            List<Name> names = attributes.stream().map(Name::of).toList();
            return item -> {
                for (Name name : names) {
                    int i = item.find(name);
                    if (i >= 0) {
                        item.remove(i);
                    }
                }
                return next.accept(item);
            };
        }
    }

    /** Renames one top-level attribute; an attribute that has the new name already is replaced. */
    record Rename(String from, String to) implements Step {
        @Override
        public Stage before(Stage next) {
            Name before = Name.of(from);
            Name after = Name.of(to);
            return item -> {
                int i = item.find(before);
                if (i >= 0) {
                    int taken = item.find(after);
                    item.rename(i, after);
                    if (taken >= 0 && taken != i) {
                        item.remove(taken);
                    }
                }
                return next.accept(item);
            };
        }
    }

    /** Gives an attribute this value. */
    record Add(String attribute, AttributeValue value) implements Step {
        @Override
        public Stage before(Stage next) {
            Name name = Name.of(attribute);
            LineBuilder json = new LineBuilder();
            DynamoDbJson.writeValue(value, json);
            byte[] text = json.toBytes();
            return item -> {
                item.put(name, text, 0, text.length);
                return next.accept(item);
            };
        }
    }

    /** Masks one top-level attribute. */
    record Masking(String attribute, Mask mask) implements Step {
        @Override
        public Stage before(Stage next) {
            Name name = Name.of(attribute);
            return item -> {
                mask.apply(item, name);
                return next.accept(item);
            };
        }
    }

    /** Makes one item of each element of a list; what has no such list, or an empty one, is filtered out. */
    record Explode(String list, String as) implements Step {
        @Override
        public Stage before(Stage next) {
            Name from = Name.of(list);
            Name to = Name.of(as);
            Attributes one = new Attributes();
            return item -> {
                int i = item.find(from);
                if (i < 0) {
                    return 0;
                }
                Span whole = item.span(i);
                item.remove(i);
                int rows = 0;
                int at = DocumentPath.firstElement(whole.text(), whole.from());
                while (at >= 0) {
                    one.copyFrom(item);
                    one.put(to, whole.text(), at, Spans.value(whole.text(), at, whole.to(), 0));
                    rows += next.accept(one);
                    at = DocumentPath.nextElement(whole.text(), at, whole.to());
                }
                return rows;
            };
        }
    }

    /**
     * Forgets persons: an item whose attribute has one of these values is dropped or, where {@code mask} names
     * attributes, has those redacted.
     *
     * @param values strings, or numbers as DynamoDB writes them
     * @param mask attributes to redact; null drops the item
     */
    record Forget(
            String attribute, Set<String> values, @Nullable List<String> mask) implements Step {
        @Override
        public Stage before(Stage next) {
            DocumentPath path = DocumentPath.of(attribute);
            List<Name> names =
                    mask == null ? List.of() : mask.stream().map(Name::of).toList();
            return item -> {
                if (!isNamed(SpanFilter.value(path, item))) {
                    return next.accept(item);
                }
                if (mask == null) {
                    return 0;
                }
                names.forEach(name -> new Mask.Redact().apply(item, name));
                return next.accept(item);
            };
        }

        private boolean isNamed(@Nullable AttributeValue value) {
            return value != null
                    && ((value.s() != null && values.contains(value.s()))
                            || (value.n() != null && values.contains(value.n())));
        }
    }

    /** All steps of a map of renames, masks or additions, in order. */
    static <T> List<Step> each(Map<String, T> map, BiFunction<String, T, Step> step) {
        return map.entrySet().stream()
                .map(entry -> step.apply(entry.getKey(), entry.getValue()))
                .toList();
    }
}
