package dev.penstock.lambdas.etl;

import dev.penstock.lambdas.export.DynamoDbJson;
import dev.penstock.lambdas.export.LineBuilder;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Counts and sums by the values at some paths. Sums are exact. One per task; {@link #merge} joins them. Memory grows
 * with the number of groups, never with the number of items.
 */
public final class GroupBy {
    /** A result row. */
    public record Row(List<String> group, long count, List<BigDecimal> sums) {}

    private final List<DocumentPath> by;
    private final List<DocumentPath> sums;
    private final LineBuilder key = new LineBuilder();
    private Group[] table = new Group[1024];
    private int size;

    private static final class Group {
        final byte[] key;
        final int hash;
        long count;
        final ExactSum[] sums;

        Group(byte[] key, int hash, int measures) {
            this.key = key;
            this.hash = hash;
            this.sums = new ExactSum[measures];
            Arrays.setAll(sums, i -> new ExactSum());
        }
    }

    public GroupBy(List<DocumentPath> by, List<DocumentPath> sums) {
        this.by = List.copyOf(by);
        this.sums = List.copyOf(sums);
    }

    /** Adds an item to its group; always one row. */
    int add(Attributes item) {
        key.clear();
        for (int i = 0; i < by.size(); i++) {
            Span span = by.get(i).find(item);
            if (span != null && span.hasBackslash()) {
                DynamoDbJson.writeValue(span.decode(), key);
            } else if (span != null) {
                key.raw(span.text(), span.from(), span.to());
            }
            key.ascii('\n');
        }
        Group group = group(key.array(), key.length());
        for (int i = 0; i < sums.size(); i++) {
            Span span = sums.get(i).find(item);
            if (span != null && span.scalarType() == 'N') {
                group.sums[i].add(span.text(), span.contentFrom(), span.contentTo());
            }
        }
        group.count++;
        return 1;
    }

    private Group group(byte[] bytes, int length) {
        int hash = 0;
        for (int i = 0; i < length; i++) {
            hash = hash * 31 + bytes[i];
        }
        hash ^= hash >>> 15;
        int slot = hash & table.length - 1;
        while (table[slot] != null) {
            Group group = table[slot];
            if (group.hash == hash && Arrays.equals(group.key, 0, group.key.length, bytes, 0, length)) {
                return group;
            }
            slot = slot + 1 & table.length - 1;
        }
        Group group = new Group(Arrays.copyOf(bytes, length), hash, sums.size());
        table[slot] = group;
        if (++size * 2 > table.length) {
            grow();
        }
        return group;
    }

    private void grow() {
        Group[] old = table;
        table = new Group[old.length * 2];
        for (Group group : old) {
            if (group != null) {
                int slot = group.hash & table.length - 1;
                while (table[slot] != null) {
                    slot = slot + 1 & table.length - 1;
                }
                table[slot] = group;
            }
        }
    }

    /** Adds another task's groups to this one's. */
    public void merge(GroupBy other) {
        for (Group group : other.table) {
            if (group != null) {
                Group mine = group(group.key, group.key.length);
                mine.count += group.count;
                for (int i = 0; i < mine.sums.length; i++) {
                    mine.sums[i].add(group.sums[i]);
                }
            }
        }
    }

    /** Largest group first, then by group. */
    public List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (Group group : table) {
            if (group != null) {
                rows.add(new Row(
                        texts(group.key),
                        group.count,
                        Arrays.stream(group.sums).map(ExactSum::value).toList()));
            }
        }
        rows.sort(Comparator.comparingLong(Row::count).reversed().thenComparing(row -> String.join("\n", row.group())));
        return rows;
    }

    /** Each value as text; nothing for what is missing. */
    private static List<String> texts(byte[] key) {
        List<String> texts = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < key.length; i++) {
            if (key[i] == '\n') {
                texts.add(i == from ? "" : text(new Span(key, from, i)));
                from = i + 1;
            }
        }
        return texts;
    }

    private static String text(Span span) {
        return switch (span.scalarType()) {
            case 'S' -> span.decode().s();
            case 'N', 'B' ->
                new String(
                        span.text(),
                        span.contentFrom(),
                        span.contentTo() - span.contentFrom(),
                        StandardCharsets.US_ASCII);
            default -> new String(span.text(), span.from(), span.to() - span.from(), StandardCharsets.UTF_8);
        };
    }
}
