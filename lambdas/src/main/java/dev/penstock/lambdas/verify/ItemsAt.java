package dev.penstock.lambdas.verify;

import dev.penstock.lambdas.item.Value;
import dev.penstock.lambdas.spill.Spill;
import dev.penstock.lambdas.tables.ExpiredItems;
import dev.penstock.lambdas.verify.Kept.Candidate;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/**
 * Finds the items of which something else was kept than ought to be, in exports that are in no order: what follows from
 * each item and what is kept of it meet by the item's key, as digests. An archived item counts until its key is in the
 * table again.
 */
final class ItemsAt {
    private static final int ARCHIVED = 0;
    private static final int IN_TABLE = 1;
    private static final int KEPT = 2;

    private final TablesAt tables;
    private final ExpiredItems expired;
    private final Path folder;
    private final int most;

    /** @param most candidates that are listed; others are counted */
    ItemsAt(TablesAt tables, ExpiredItems expired, Path folder, int most) {
        this.tables = tables;
        this.expired = expired;
        this.folder = folder;
        this.most = most;
    }

    /** What differed. */
    record Found(List<Candidate> candidates, long more) {}

    Found differing(Kept kept) throws IOException {
        try (Spill spill = new Spill(folder)) {
            if (kept.keepsExpired()) {
                expired.forEach(kept.source(), item -> add(spill, kept.sourceKey(item), ARCHIVED, kept.wanted(item)));
            }
            tables.items(kept.source().name(), item -> add(spill, kept.sourceKey(item), IN_TABLE, kept.wanted(item)));
            tables.items(kept.holder(), row -> {
                Map<String, String> held = kept.held(row);
                if (!held.isEmpty()) {
                    add(spill, kept.sourceKey(row), KEPT, held);
                }
            });
            List<Candidate> candidates = new ArrayList<>();
            long[] more = new long[1];
            spill.keys((key, entries) -> {
                List<String> differing = differing(entries, kept.isAlone());
                if (!differing.isEmpty() && candidates.size() < most) {
                    candidates.add(new Candidate(key, differing));
                } else if (!differing.isEmpty()) {
                    more[0]++;
                }
            });
            return new Found(candidates, more[0]);
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Keys of what ought to be kept and isn't so, and of what is kept and ought not to be. */
    private static List<String> differing(List<Spill.Entry> entries, boolean isAlone) throws IOException {
        Map<String, BigInteger> archived = Map.of();
        Map<String, BigInteger> inTable = Map.of();
        boolean isInTable = false;
        Map<String, BigInteger> kept = new HashMap<>();
        for (Spill.Entry entry : entries) {
            Map<String, BigInteger> digests = read(entry.value());
            switch (entry.side()) {
                case ARCHIVED -> archived = digests;
                case IN_TABLE -> {
                    inTable = digests;
                    isInTable = true;
                }
                default -> kept.putAll(digests);
            }
        }
        Map<String, BigInteger> wanted = isInTable ? inTable : archived;
        TreeSet<String> keys = new TreeSet<>(wanted.keySet());
        if (isAlone) {
            keys.addAll(kept.keySet());
        }
        return keys.stream()
                .filter(key -> !Objects.equals(wanted.get(key), kept.get(key)))
                .toList();
    }

    private static void add(Spill spill, Map<String, Value> key, int side, Map<String, String> texts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (Map.Entry<String, String> text : texts.entrySet()) {
                byte[] name = text.getKey().getBytes(StandardCharsets.UTF_8);
                out.writeInt(name.length);
                out.write(name);
                out.write(Digest.of(text.getValue()));
            }
            spill.add(KeyText.of(key), side, bytes.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException("temporary files: " + e.getMessage(), e);
        }
    }

    private static Map<String, BigInteger> read(byte[] value) throws IOException {
        Map<String, BigInteger> digests = new HashMap<>();
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(value));
        while (in.available() > 0) {
            String key = new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
            digests.put(key, new BigInteger(in.readNBytes(Digest.BYTES)));
        }
        return digests;
    }
}
