package dev.penstock.lambdas.projector;

import dev.penstock.lambdas.catalog.OnExpiry;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.stream.Guard;
import dev.penstock.lambdas.stream.ItemChange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All changes of one item in a batch as one.
 *
 * @param oldImage before the first change; {@code null} when there was no item
 * @param current after the last change; {@code null} when there is none
 * @param kept as {@code current}, but with expiries passed over
 * @param changes in stream order, each once
 */
record NetChange(
        @Nullable Map<String, Value> oldImage,
        @Nullable Map<String, Value> current,
        @Nullable Map<String, Value> kept,
        List<ItemChange> changes) {

    private static final Comparator<ItemChange> STREAM_ORDER =
            Comparator.comparing(ItemChange::label).thenComparing(change -> Guard.padded(change.sequenceNumber()));

    /** One net change per item, items in order of first appearance. */
    static Collection<NetChange> fold(List<ItemChange> batch) {
        Map<Map<String, Value>, List<ItemChange>> byItem = new LinkedHashMap<>();
        batch.forEach(change -> byItem.computeIfAbsent(change.key(), ignored -> new ArrayList<>())
                .add(change));
        return byItem.values().stream().map(NetChange::of).toList();
    }

    private static NetChange of(List<ItemChange> given) {
        List<ItemChange> changes = new ArrayList<>();
        given.stream().sorted(STREAM_ORDER).forEach(change -> {
            if (changes.isEmpty() || STREAM_ORDER.compare(changes.getLast(), change) != 0) {
                changes.add(change);
            }
        });
        Map<String, Value> old = changes.getFirst().oldImage();
        Map<String, Value> kept = old;
        for (ItemChange change : changes) {
            kept = change.expired() ? kept : change.newImage();
        }
        return new NetChange(old, changes.getLast().newImage(), kept, List.copyOf(changes));
    }

    Map<String, Value> key() {
        return changes.getLast().key();
    }

    ItemChange last() {
        return changes.getLast();
    }

    /** The image that an effect shows after this change. */
    @Nullable
    Map<String, Value> image(OnExpiry onExpiry) {
        return onExpiry == OnExpiry.KEEP ? kept : current;
    }
}
