package dev.penstock.lambdas.projector;

import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Effect;
import dev.penstock.lambdas.item.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How the items of a batch are parted: into chunks, each of which one transaction takes, and into lines of chunks that
 * add to the same groups. The chunks of a line go one after the other, as their transactions would conflict; lines have
 * no row in common, so they may go side by side.
 */
final class Chunks {
    /** Below the 4 MB of a transaction by more than the estimate can err. */
    private static final long MAX_BYTES = 3_000_000;

    private Chunks() {}

    /** What one transaction takes, or one item that needs more than one. */
    record Chunk(List<Pending> items, boolean fits) {}

    /** Lines of chunks. */
    static List<List<Chunk>> of(Collection<Pending> items, List<Effect> effects) {
        List<Pending> ordered = new ArrayList<>(items);
        // Items of the same groups side by side: a group that spans fewer transactions is written less often.
        ordered.sort(Comparator.comparing(item -> item.goal.remembered().shares().values().stream()
                .flatMap(groups -> groups.keySet().stream())
                .collect(Collectors.joining("\n"))));
        List<Load> loads = new ArrayList<>();
        Load load = new Load();
        for (Pending item : ordered) {
            List<Action> actions = item.actions(effects);
            if (!load.items.isEmpty() && !load.fits(item, actions)) {
                loads.add(load);
                load = new Load();
            }
            load.add(item, actions);
        }
        if (!load.items.isEmpty()) {
            loads.add(load);
        }
        return lines(loads);
    }

    /** Actions that one transaction would need for these items. */
    static int actions(List<Pending> items, List<Effect> effects) {
        Load load = new Load();
        items.forEach(item -> load.add(item, item.actions(effects)));
        return load.actions;
    }

    private static List<List<Chunk>> lines(List<Load> loads) {
        Map<List<String>, Line> byGroup = new HashMap<>();
        Set<Line> lines = new LinkedHashSet<>();
        for (Load load : loads) {
            Line line = new Line();
            for (List<String> group : load.groups) {
                Line other = byGroup.get(group);
                if (other != null && lines.remove(other)) {
                    line.chunks.addAll(other.chunks);
                    line.groups.addAll(other.groups);
                }
            }
            line.chunks.add(new Chunk(load.items, load.actions <= Catalog.MAX_ACTIONS));
            line.groups.addAll(load.groups);
            line.groups.forEach(group -> byGroup.put(group, line));
            lines.add(line);
        }
        return lines.stream().map(line -> line.chunks).toList();
    }

    private static final class Line {
        private final List<Chunk> chunks = new ArrayList<>();
        private final Set<List<String>> groups = new HashSet<>();
    }

    /** Actions and bytes of a transaction in the making; items share the actions of a group. */
    private static final class Load {
        private final List<Pending> items = new ArrayList<>();
        private final Set<List<String>> groups = new HashSet<>();
        private int actions;
        private long bytes;

        boolean fits(Pending item, List<Action> more) {
            int fresh = 1;
            for (Action action : more) {
                fresh += action instanceof Action.Add add && groups.contains(group(add)) ? 0 : 1;
            }
            return actions + fresh <= Catalog.MAX_ACTIONS && bytes + bytes(item, more) <= MAX_BYTES;
        }

        void add(Pending item, List<Action> more) {
            items.add(item);
            actions++;
            bytes += bytes(item, more);
            for (Action action : more) {
                actions += action instanceof Action.Add add && !groups.add(group(add)) ? 0 : 1;
            }
        }

        private static List<String> group(Action.Add add) {
            return List.of(add.table(), add.group());
        }

        private static long bytes(Pending item, List<Action> more) {
            long sum = Size.of(item.goal.remembered().toValue()) * 2L;
            for (Action action : more) {
                sum += action instanceof Action.PutRow put ? Size.of(new Value.M(put.attributes())) : 300;
            }
            return sum;
        }
    }
}
