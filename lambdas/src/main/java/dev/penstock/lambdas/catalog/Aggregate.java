package dev.penstock.lambdas.catalog;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Counts and sums per group. A row's key is {@link #GROUP} (the group's values joined with {@code #}, the time bucket
 * last) and {@link #LANE}; a reader sums the rows of a group, {@code 0} everywhere means no row.
 *
 * @param groupBy attributes of the source, {@code list.attribute} of an exploded list; their values are shown too
 * @param bucket time bucket; default: none
 * @param lanes rows per group in contribution mode, so that a hot group is written in parallel; 1 to 100
 */
public record Aggregate(
        String name,
        String source,
        List<String> groupBy,
        @Nullable Bucket bucket,
        List<Measure> measures,
        @Nullable Explode explode,
        Filter filter,
        Mode mode,
        int lanes,
        OnExpiry onExpiry,
        int version)
        implements Effect {
    /** Partition key of the rows. */
    public static final String GROUP = "group";
    /** Sort key of the rows: lane number, or stream label and shard in windowed mode; see {@link #FOLDED}. */
    public static final String LANE = "lane";
    /** In windowed mode: the last sequence number of the shard that the row has counted. */
    public static final String WATERMARK = "watermark";
    /** In windowed mode: when the newest record that the row has counted was written, in epoch seconds. */
    public static final String COUNTED_AT = "countedAt";
    /** In windowed mode: the lane of the row that rows of old shards are folded into; a shard's lane has a slash. */
    public static final String FOLDED = "folded";

    /** How redelivery is kept from counting twice. */
    public enum Mode {
        /** What each source item has contributed is remembered; any source. */
        CONTRIBUTION,
        /** What each shard has contributed is remembered, by its sequence number; append-only sources of high volume. */
        WINDOWED
    }

    /**
     * @param attribute ISO-8601 instant (string) or epoch seconds (number)
     */
    public record Bucket(String attribute, Unit unit) {
        /** In UTC: {@code 2026-11-22T10} or {@code 2026-11-22}. */
        public enum Unit {
            HOUR,
            DAY
        }
    }

    public Aggregate {
        Rule.name("aggregate name", name);
        Rule.range("version of aggregate " + name, version, 1, 999);
        Rule.range("lanes of aggregate " + name, lanes, 1, 100);
        groupBy = List.copyOf(groupBy);
        measures = List.copyOf(measures);
        Rule.require(
                !groupBy.isEmpty() || bucket != null,
                "aggregate " + name + " has a group",
                groupBy,
                "groupBy(attribute...) or a time bucket");
        Rule.require(
                measures.stream().anyMatch(measure -> measure.kind() == Measure.Kind.COUNT),
                "aggregate " + name + " has a count, else an empty group can't be told from a sum of 0",
                measures,
                "at least one Measure.count(name)");
        Set<String> names = new HashSet<>(Set.of(GROUP, LANE, WATERMARK, COUNTED_AT));
        List<String> shown = shownNames(groupBy, bucket, explode);
        shown.forEach(group -> Rule.require(
                names.add(group),
                "group attributes of aggregate " + name + " are distinct",
                group,
                "other than " + names));
        measures.forEach(measure -> Rule.require(
                names.add(measure.name()),
                "measure names of aggregate " + name + " are distinct",
                measure.name(),
                "names other than " + names));
        boolean windowed = mode == Mode.WINDOWED;
        Rule.require(
                windowed || measures.stream().allMatch(Measure::isReversible),
                "min and max only where nothing is taken back; aggregate " + name,
                mode,
                "WINDOWED");
        Rule.require(
                !windowed || onExpiry == OnExpiry.KEEP,
                "a windowed aggregate takes nothing back; onExpiry of " + name,
                onExpiry,
                "KEEP");
        Rule.require(
                !windowed || version == 1,
                "a windowed aggregate counts by the stream, so a new version can't be built from the items that are there;"
                        + " version of " + name,
                version,
                "1; build the next version in contribution mode, or count under another name from now on");
        Rule.require(
                !windowed || explode == null,
                "a windowed aggregate counts a record in one group: a record that was passed over in one of several would be"
                        + " counted again in the others when it is redriven; aggregate " + name,
                explode,
                "no explode(...), or contribution mode");
        Rule.require(
                !windowed || lanes == 1, "a windowed aggregate has a lane per shard; lanes of " + name, lanes, "1");
    }

    /** Starts a declaration of an aggregate over the items of {@code source}. */
    public static Builder named(String name, String source) {
        return new Builder(name, source);
    }

    /** Names of the group's parts as rows show them: groupBy without the list's name, then {@code hour} or {@code day}. */
    public List<String> groupNames() {
        return shownNames(groupBy, bucket, explode);
    }

    private static List<String> shownNames(List<String> groupBy, @Nullable Bucket bucket, @Nullable Explode explode) {
        List<String> names = new ArrayList<>();
        for (String source : groupBy) {
            names.add(Explode.shownName(explode, source));
        }
        if (bucket != null) {
            names.add(bucket.unit().name().toLowerCase(Locale.ROOT));
        }
        return names;
    }

    @Override
    public Table table() {
        return Table.derived(tableName(), Table.Role.AGGREGATE, Attribute.string(GROUP), Attribute.string(LANE));
    }

    /** Lanes are left out: readers sum whatever rows there are. */
    @Override
    public String declaration() {
        return mode + "; by " + String.join(", ", groupBy)
                + (bucket == null ? "" : "; per " + bucket.unit() + " of " + bucket.attribute())
                + "; " + measures.stream().map(Measure::declaration).collect(Collectors.joining(", "))
                + "; where " + filter
                + (explode == null ? "" : "; explode " + explode.list())
                + "; on expiry " + onExpiry;
    }

    @Override
    public boolean needsControl() {
        return mode == Mode.CONTRIBUTION;
    }

    /** Collects a declaration. Defaults: contribution mode, one lane, all items, RETRACT, version 1. */
    public static final class Builder {
        private final String name;
        private final String source;
        private List<String> groupBy = List.of();
        private @Nullable Bucket bucket;
        private List<Measure> measures = List.of();
        private @Nullable Explode explode;
        private Filter filter = Filter.all();
        private Mode mode = Mode.CONTRIBUTION;
        private int lanes = 1;
        private OnExpiry onExpiry = OnExpiry.RETRACT;
        private int version = 1;

        private Builder(String name, String source) {
            this.name = name;
            this.source = source;
        }

        public Builder groupBy(String... attributes) {
            groupBy = List.of(attributes);
            return this;
        }

        public Builder perHour(String attribute) {
            bucket = new Bucket(attribute, Bucket.Unit.HOUR);
            return this;
        }

        public Builder perDay(String attribute) {
            bucket = new Bucket(attribute, Bucket.Unit.DAY);
            return this;
        }

        public Builder measure(Measure... values) {
            measures = List.of(values);
            return this;
        }

        public Builder explode(String list, int atMost) {
            explode = new Explode(list, atMost);
            return this;
        }

        public Builder where(Filter value) {
            filter = value;
            return this;
        }

        /** Windowed mode, which implies that expiry takes nothing back; without {@link #explode}. */
        public Builder windowed() {
            mode = Mode.WINDOWED;
            onExpiry = OnExpiry.KEEP;
            return this;
        }

        public Builder lanes(int value) {
            lanes = value;
            return this;
        }

        public Builder onExpiry(OnExpiry value) {
            onExpiry = value;
            return this;
        }

        public Builder version(int value) {
            version = value;
            return this;
        }

        public Aggregate build() {
            return new Aggregate(
                    name, source, groupBy, bucket, measures, explode, filter, mode, lanes, onExpiry, version);
        }
    }
}
