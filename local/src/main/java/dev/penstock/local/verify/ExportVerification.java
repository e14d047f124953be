package dev.penstock.local.verify;

import dev.penstock.lambdas.catalog.Consumer;
import dev.penstock.lambdas.catalog.Effect;
import dev.penstock.lambdas.catalog.Replication;
import dev.penstock.lambdas.export.ObjectSource;
import dev.penstock.lambdas.verify.ExportVerifier;
import dev.penstock.lambdas.verify.Findings;
import dev.penstock.lambdas.verify.TablesAt;
import dev.penstock.local.clients.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Compares all views, aggregates and replications of a stage with their sources as they were at one second. What changed
 * too fast to be told at that second is compared once more at a later one.
 */
public final class ExportVerification {
    private final Stage stage;
    private final ExportVerifier verifier;
    private final java.util.function.Consumer<String> progress;
    private final List<Comparison> comparisons = new ArrayList<>();
    private final Map<String, String> late = new HashMap<>();
    private final List<String> elsewhere = new ArrayList<>();

    /**
     * @param folder for temporary files
     * @param progress told a line at a time
     */
    public ExportVerification(Stage stage, Path folder, java.util.function.Consumer<String> progress) {
        this.stage = stage;
        this.progress = progress;
        this.verifier = new ExportVerifier(
                stage.catalog(), stage.dynamoDb(stage.region()), stage.names(), stage.expired(), folder);
        for (Effect effect : stage.catalog().effects()) {
            comparisons.add(new Comparison(
                    effect.tableName(),
                    ExportVerifier.needs(effect),
                    projector(effect),
                    Optional.of(effect),
                    Optional.empty()));
        }
        for (Replication replication : stage.catalog().replications()) {
            if (replication.account() != null) {
                elsewhere.add(TablesAt.target(replication) + ": its account " + replication.account()
                        + " is not the stage's: verify it there");
                continue;
            }
            comparisons.add(new Comparison(
                    TablesAt.target(replication),
                    ExportVerifier.needs(replication),
                    replication.name(),
                    Optional.empty(),
                    Optional.of(replication)));
        }
    }

    /** One effect or one replication. */
    private record Comparison(
            String name,
            Set<String> needs,
            String consumer,
            Optional<Effect> effect,
            Optional<Replication> replication) {}

    private String projector(Effect effect) {
        return stage.catalog().projectors().stream()
                .filter(projector -> projector.source().equals(effect.source()))
                .map(Consumer::name)
                .findFirst()
                .orElseThrow();
    }

    /**
     * The result.
     *
     * @param times that were compared, the first one first
     * @param notCompared what was left out, and why
     */
    public record Report(Findings findings, List<Instant> times, List<String> notCompared) {}

    /** What the exports cost, and which tables can't be exported. */
    public List<String> plan() {
        List<NeededTable> tables = tables(comparisons);
        List<String> lines = new ArrayList<>();
        tables.stream().map(NeededTable::lack).filter(Objects::nonNull).forEach(lines::add);
        lines.add(ExportCost.text(exportable(tables)));
        return lines;
    }

    /**
     * Exports and compares.
     *
     * @param at the second; empty for now, which on AWS is the latest that all tables can be restored to
     * @param cuts times at most that are compared, 1 or more
     * @param onAws whether now is told by the tables, which lag there
     */
    public Report at(Optional<Instant> at, int cuts, boolean onAws) throws IOException {
        Map<Comparison, Findings> found = new LinkedHashMap<>();
        List<Instant> times = new ArrayList<>();
        Map<String, String> lacking = new LinkedHashMap<>();
        Collection<Comparison> left = comparisons;
        for (int cut = 0; cut < cuts && !left.isEmpty(); cut++) {
            List<NeededTable> tables = tables(left);
            for (NeededTable table : tables) {
                String lack = table.lack();
                if (lack != null) {
                    lacking.put(table.name(), lack);
                    progress.accept("  LACKING: " + lack);
                }
            }
            List<NeededTable> exportable = exportable(tables);
            Instant time = (cut == 0 ? at : Optional.<Instant>empty())
                    .orElseGet(() -> now(exportable, onAws))
                    .truncatedTo(ChronoUnit.SECONDS);
            times.add(time);
            progress.accept("exports at " + time + " to s3://" + stage.bucket() + "/" + ExportRequests.prefix(time)
                    + "; interrupted, go on with --export-at " + time);
            TablesAt exports = new ExportRequests(stage, time, progress).await(exportable);
            found.putAll(compare(left, time, exports, lacking));
            left = found.entrySet().stream()
                    .filter(each -> !each.getValue().undecided().isEmpty())
                    .map(Map.Entry::getKey)
                    .toList();
        }
        return report(found, times, lacking);
    }

    /**
     * Compares exports that are there already.
     *
     * @param where in words
     */
    public Report of(ObjectSource source, String prefix, String where) throws IOException {
        ExportedTables exports = ExportedTables.find(source, prefix, where, stage.names(), stage.region());
        progress.accept("exports at " + exports.time() + " in " + where);
        Map<String, String> lacking = new LinkedHashMap<>();
        comparisons.stream()
                .flatMap(comparison -> comparison.needs().stream())
                .filter(table -> !exports.has(table))
                .forEach(table -> lacking.put(
                        table, "no full export of table " + table + " at " + exports.time() + " in " + where));
        return report(compare(comparisons, exports.time(), exports, lacking), List.of(exports.time()), lacking);
    }

    private Map<Comparison, Findings> compare(
            Collection<Comparison> chosen, Instant time, TablesAt exports, Map<String, String> lacking)
            throws IOException {
        Map<Comparison, Findings> found = new LinkedHashMap<>();
        for (Comparison comparison : chosen) {
            if (lacking.keySet().stream().noneMatch(comparison.needs()::contains) && passes(comparison, time)) {
                progress.accept("  " + comparison.name());
                found.put(comparison, compare(comparison, exports));
            }
        }
        return found;
    }

    /** Before its consumer has passed the time of the exports, a difference says nothing. */
    private boolean passes(Comparison comparison, Instant time) {
        try {
            Await.until(
                    stage.patience(),
                    stage.every(),
                    "consumer " + comparison.consumer() + " to pass " + time,
                    () -> stage.isPast().test(comparison.consumer(), time));
            return true;
        } catch (IllegalStateException behind) {
            late.put(comparison.name(), "its consumer is behind: " + behind.getMessage());
            return false;
        }
    }

    private Findings compare(Comparison comparison, TablesAt exports) throws IOException {
        if (comparison.effect().isPresent()) {
            return verifier.verify(comparison.effect().get(), exports, stage.settled());
        }
        Replication replication = comparison.replication().orElseThrow();
        return verifier.verify(replication, stage.dynamoDb(replication.region()), exports, stage.settled());
    }

    private Report report(Map<Comparison, Findings> found, List<Instant> times, Map<String, String> lacking) {
        List<String> notCompared = new ArrayList<>();
        for (Comparison comparison : comparisons) {
            if (!found.containsKey(comparison)) {
                String lack = comparison.needs().stream()
                        .filter(lacking::containsKey)
                        .map(lacking::get)
                        .collect(Collectors.joining(", "));
                notCompared.add(comparison.name() + ": " + late.getOrDefault(comparison.name(), lack));
            }
        }
        notCompared.addAll(elsewhere);
        return new Report(Findings.of(found.values()), times, notCompared);
    }

    private List<NeededTable> tables(Collection<Comparison> chosen) {
        return NeededTable.of(
                stage,
                chosen.stream()
                        .flatMap(comparison -> comparison.effect().stream())
                        .toList(),
                chosen.stream()
                        .flatMap(comparison -> comparison.replication().stream())
                        .toList());
    }

    private static List<NeededTable> exportable(List<NeededTable> tables) {
        return tables.stream().filter(table -> table.lack() == null).toList();
    }

    /** On AWS a table can be exported up to some minutes ago: the latest second that all of them have. */
    private Instant now(List<NeededTable> tables, boolean onAws) {
        Instant now = stage.clock().instant();
        return onAws
                ? tables.stream()
                        .map(NeededTable::recovery)
                        .filter(Objects::nonNull)
                        .map(NeededTable.Period::latest)
                        .min(Comparator.naturalOrder())
                        .orElse(now)
                : now;
    }
}
