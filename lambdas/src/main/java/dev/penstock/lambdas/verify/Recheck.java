package dev.penstock.lambdas.verify;

import dev.penstock.lambdas.item.ItemJson;
import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.tables.ExpiredItems;
import dev.penstock.lambdas.verify.Kept.Candidate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Looks again, by consistent reads of just these items and of what is kept of them. An item whose stream has passed since
 * it was last seen, that has not changed meanwhile and of which something else is kept, differs: nothing will mend it.
 */
final class Recheck {
    /** Looks at a difference; where nothing tells that the stream has passed, all of them are taken. */
    static final int ROUNDS = 5;

    private static final int CHUNK = 50;
    /** In place of the digest of an item that is not there. */
    private static final byte[] ABSENT = {};

    /** Characters of a row that are told: what differs may be many rows of 400 KB. */
    private static final int LONGEST = 2_000;

    private final Kept kept;
    private final TableReads source;
    private final ExpiredItems expired;
    private final List<Difference> differences = new ArrayList<>();
    private final List<Difference> undecided = new ArrayList<>();

    /** @param source reads of the source's region */
    Recheck(Kept kept, TableReads source, ExpiredItems expired) {
        this.kept = kept;
        this.source = source;
        this.expired = expired;
    }

    Findings run(List<Candidate> candidates, Verifier.Settled settled) {
        List<Suspect> left = candidates.stream().map(Suspect::new).toList();
        for (int round = 0; round < ROUNDS && !left.isEmpty(); round++) {
            boolean passed = round > 0 && settled.await();
            Map<String, Map<String, Value>> archived = archived(left);
            List<Suspect> next = new ArrayList<>();
            for (int from = 0; from < left.size(); from += CHUNK) {
                look(left.subList(from, Math.min(left.size(), from + CHUNK)), archived);
            }
            for (Suspect suspect : left) {
                if (suspect.differing.isEmpty()) {
                    continue;
                }
                if (passed && suspect.unchanged) {
                    differences.addAll(suspect.differing);
                } else {
                    next.add(suspect);
                }
            }
            left = next;
        }
        left.forEach(suspect -> (suspect.unchanged ? differences : undecided).addAll(suspect.differing));
        return new Findings(differences, undecided, 0);
    }

    /** A candidate, as it was seen last. */
    private static final class Suspect {
        private final String key;
        private final Set<String> keys;
        private byte @Nullable [] seen;
        private boolean unchanged;
        private List<Difference> differing = List.of();

        Suspect(Candidate candidate) {
            key = candidate.sourceKey();
            keys = new TreeSet<>(candidate.keys());
        }
    }

    private void look(List<Suspect> suspects, Map<String, Map<String, Value>> archived) {
        Map<String, Map<String, Value>> before = items(suspects);
        for (Suspect suspect : suspects) {
            suspect.keys.addAll(wanted(suspect, before, archived).keySet());
        }
        Map<String, Map<String, String>> now = new HashMap<>();
        kept.now(suspects.stream()
                        .map(suspect -> new Candidate(suspect.key, List.copyOf(suspect.keys)))
                        .toList())
                .forEach((candidate, held) -> now.put(candidate.sourceKey(), held));
        Map<String, Map<String, Value>> after = items(suspects);
        for (Suspect suspect : suspects) {
            Map<String, String> held = now.getOrDefault(suspect.key, Map.of());
            Map<String, String> wanted = wanted(suspect, after, archived);
            boolean right = isKept(wanted, held) || isKept(wanted(suspect, before, archived), held);
            Map<String, Value> item = after.get(suspect.key);
            byte[] seen = item == null ? ABSENT : Digest.of(ItemJson.write(item));
            suspect.unchanged = Arrays.equals(seen, suspect.seen);
            suspect.seen = seen;
            suspect.differing = right ? List.of() : differing(wanted, held);
        }
    }

    private boolean isKept(Map<String, String> wanted, Map<String, String> held) {
        return kept.isAlone() ? wanted.equals(held) : held.entrySet().containsAll(wanted.entrySet());
    }

    private List<Difference> differing(Map<String, String> wanted, Map<String, String> held) {
        Set<String> keys = new TreeSet<>(wanted.keySet());
        if (kept.isAlone()) {
            keys.addAll(held.keySet());
        }
        return keys.stream()
                .filter(key -> !Objects.equals(wanted.get(key), held.get(key)))
                .map(key -> new Difference(
                        kept.told(),
                        key,
                        told(wanted.getOrDefault(key, Difference.NONE)),
                        told(held.getOrDefault(key, Difference.NONE))))
                .toList();
    }

    private static String told(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "... (" + text.length() + " characters)";
    }

    private Map<String, String> wanted(
            Suspect suspect, Map<String, Map<String, Value>> items, Map<String, Map<String, Value>> archived) {
        Map<String, Value> item = items.getOrDefault(suspect.key, archived.get(suspect.key));
        return item == null ? Map.of() : kept.wanted(item);
    }

    private Map<String, Map<String, Value>> items(List<Suspect> suspects) {
        Set<Map<String, Value>> keys = new HashSet<>();
        for (Suspect suspect : suspects) {
            Map<String, Value> key = KeyText.parse(suspect.key);
            // A stray row can lack what would tell its item: there is none then.
            if (key.size() == kept.source().keyNames().size()) {
                keys.add(key);
            }
        }
        Map<String, Map<String, Value>> items = new HashMap<>();
        source.items(kept.source().name(), keys, item -> items.put(KeyText.of(kept.sourceKey(item)), item));
        return items;
    }

    /** The archive again, as it grows: items may have expired since. */
    private Map<String, Map<String, Value>> archived(List<Suspect> suspects) {
        Map<String, Map<String, Value>> archived = new HashMap<>();
        if (kept.keepsExpired() && !suspects.isEmpty()) {
            Set<String> keys = new HashSet<>();
            suspects.forEach(suspect -> keys.add(suspect.key));
            expired.forEach(kept.source(), item -> {
                String key = KeyText.of(kept.sourceKey(item));
                if (keys.contains(key)) {
                    archived.put(key, item);
                }
            });
        }
        return archived;
    }
}
