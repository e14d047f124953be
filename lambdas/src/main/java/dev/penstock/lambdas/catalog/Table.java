package dev.penstock.lambdas.catalog;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table as it is declared once: {@code Table.named("Orders").key("customerId").sort("orderId").build()}.
 *
 * @param name logical name; the physical one is the stage's prefix before it
 * @param sortKey default: none
 * @param ttlAttribute number attribute in epoch seconds; default: items don't expire
 * @param appendOnly items are written once and never modified; they may expire. Default: they may change
 * @param transactional the application reads or writes it in transactions; default: no
 * @param stream default: {@link StreamView#NEW_AND_OLD_IMAGES} for a source table, none for a derived one
 * @param recoveryDays point-in-time recovery period, 1 to 35 days: every table has it, as a period costs no more when it is
 *     longer, and restoring a view is faster than rebuilding it. Default: 35
 * @param maxReadUnits on-demand maximum per second, at least 1
 * @param maxWriteUnits on-demand maximum per second, at least 1
 * @param backup default: standard for a source, none for a derived table
 * @param replicas default: one region
 * @param dax reads may go through DAX; default: no
 * @param retention what happens to expired items; default: they are gone
 * @param projectorBatch how the projector of its views and aggregates reads the stream; default:
 *     {@link BatchSettings#PROJECTOR}, or {@link BatchSettings#WINDOWED} where an aggregate is windowed
 * @param role default: a source, written by the application
 */
public record Table(
        String name,
        Attribute partitionKey,
        @Nullable Attribute sortKey,
        @Nullable String ttlAttribute,
        boolean appendOnly,
        boolean transactional,
        StreamView stream,
        int recoveryDays,
        long maxReadUnits,
        long maxWriteUnits,
        BackupClass backup,
        Replicas replicas,
        boolean dax,
        @Nullable Retention retention,
        @Nullable BatchSettings projectorBatch,
        Role role) {

    /** Who writes the table. */
    public enum Role {
        /** The application. */
        SOURCE,
        /** The projector: rows of a view. */
        VIEW,
        /** The projector: rows of an aggregate. */
        AGGREGATE,
        /** The projector: one row per source item, holding its guard and what it has put into views and aggregates. */
        CONTROL,
        /** The projector: records that a windowed aggregate passed over, each to be filled once. */
        HOLES,
        /** A mail consumer: who was written to. */
        CLAIMS,
        /** All projectors: the epoch of each source. */
        EPOCHS,
        /** The canaries: when each region wrote last. */
        CANARY,
        /** A replication: rows of a source in another region or account. */
        COPY
    }

    /** As {@code StreamViewType} of the DynamoDB API, or no stream. */
    public enum StreamView {
        NONE,
        KEYS_ONLY,
        NEW_IMAGE,
        OLD_IMAGE,
        NEW_AND_OLD_IMAGES
    }

    /** How AWS Backup keeps the table; becomes the tag that a backup selection looks for. */
    public enum BackupClass {
        NONE,
        /** Daily. */
        STANDARD,
        /** Daily, weekly and monthly. */
        LONG_TERM
    }

    /** Whether the table is a global table, and with which consistency. */
    public enum Replicas {
        NONE,
        /** Multi-Region eventual consistency (MREC): last writer wins. */
        EVENTUAL,
        /** Multi-Region strong consistency (MRSC): no transactions, TTL or local indexes. */
        STRONG
    }

    /**
     * Where expired items go and for how long.
     *
     * @param archivePrefix of the objects in the archive bucket, ends with {@code /}
     * @param days lifecycle of those objects, 1 to 36500
     */
    public record Retention(String archivePrefix, int days) {
        public Retention {
            Rule.require(
                    archivePrefix.matches("[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*/"),
                    "archive prefix",
                    "'" + archivePrefix + "'",
                    "path of letters, digits, _ . - that ends with /");
            Rule.range("days that archived items are kept", days, 1, 36_500);
        }
    }

    public Table {
        Rule.name("table name", name);
        Rule.require(
                sortKey == null || !sortKey.name().equals(partitionKey.name()),
                "sort key of table " + name + " differs from its partition key",
                partitionKey.name(),
                "two names");
        Rule.range("recovery days of table " + name, recoveryDays, 1, 35);
        Rule.range("maximum read units of table " + name, maxReadUnits, 1, 1_000_000);
        Rule.range("maximum write units of table " + name, maxWriteUnits, 1, 1_000_000);
        Rule.require(
                replicas == Replicas.NONE || stream == StreamView.NEW_AND_OLD_IMAGES,
                "a global table needs a stream with both images; " + name,
                stream,
                StreamView.NEW_AND_OLD_IMAGES.toString());
        Rule.require(
                replicas != Replicas.STRONG || ttlAttribute == null,
                "a strongly consistent global table has no TTL; " + name,
                ttlAttribute,
                "no TTL attribute");
        Rule.require(
                replicas != Replicas.STRONG || !transactional,
                "a strongly consistent global table takes no transactions; " + name,
                "transactional",
                "not transactional()");
        Rule.require(
                retention == null || ttlAttribute != null,
                "retention of expired items needs a TTL attribute; table " + name,
                retention,
                "retention together with expires(attribute)");
    }

    /** Starts a declaration. */
    public static Builder named(String name) {
        return new Builder(name);
    }

    /** Partition key, then the sort key if there is one. */
    public List<Attribute> keys() {
        return sortKey == null ? List.of(partitionKey) : List.of(partitionKey, sortKey);
    }

    /** Names of {@link #keys()}. */
    public List<String> keyNames() {
        return keys().stream().map(Attribute::name).toList();
    }

    public boolean isGlobal() {
        return replicas != Replicas.NONE;
    }

    static Table derived(String name, Role role, Attribute partitionKey, @Nullable Attribute sortKey) {
        return derived(name, role, partitionKey, sortKey, null);
    }

    static Table derived(
            String name, Role role, Attribute partitionKey, @Nullable Attribute sortKey, @Nullable String ttl) {
        Builder builder = named(name).role(role).keys(partitionKey, sortKey);
        builder.stream(StreamView.NONE).backup(BackupClass.NONE);
        return ttl == null ? builder.build() : builder.expires(ttl).build();
    }

    /** Collects a declaration; each setting left out has the default its component of {@link Table} names. */
    public static final class Builder {
        private final String name;
        private @Nullable Attribute partitionKey;
        private @Nullable Attribute sortKey;
        private @Nullable String ttlAttribute;
        private boolean appendOnly;
        private boolean transactional;
        private StreamView stream = StreamView.NEW_AND_OLD_IMAGES;
        private int recoveryDays = 35;
        private long maxReadUnits = 4_000;
        private long maxWriteUnits = 4_000;
        private BackupClass backup = BackupClass.STANDARD;
        private Replicas replicas = Replicas.NONE;
        private boolean dax;
        private @Nullable Retention retention;
        private @Nullable BatchSettings projectorBatch;
        private Role role = Role.SOURCE;

        private Builder(String name) {
            this.name = name;
        }

        /** Partition key of type string. */
        public Builder key(String attribute) {
            return key(Attribute.string(attribute));
        }

        public Builder key(Attribute attribute) {
            partitionKey = attribute;
            return this;
        }

        /** Sort key of type string. */
        public Builder sort(String attribute) {
            return sort(Attribute.string(attribute));
        }

        public Builder sort(Attribute attribute) {
            sortKey = attribute;
            return this;
        }

        Builder keys(Attribute partition, @Nullable Attribute sort) {
            partitionKey = partition;
            sortKey = sort;
            return this;
        }

        /** TTL by this number attribute, epoch seconds. */
        public Builder expires(String attribute) {
            ttlAttribute = attribute;
            return this;
        }

        /** Expired items are archived under this prefix and kept there for so many days. */
        public Builder archive(String prefix, int days) {
            retention = new Retention(prefix, days);
            return this;
        }

        public Builder appendOnly() {
            appendOnly = true;
            return this;
        }

        public Builder transactional() {
            transactional = true;
            return this;
        }

        public Builder stream(StreamView view) {
            stream = view;
            return this;
        }

        public Builder recoveryDays(int days) {
            recoveryDays = days;
            return this;
        }

        public Builder maxUnits(long read, long write) {
            maxReadUnits = read;
            maxWriteUnits = write;
            return this;
        }

        public Builder backup(BackupClass value) {
            backup = value;
            return this;
        }

        public Builder replicated(Replicas value) {
            replicas = value;
            return this;
        }

        public Builder dax() {
            dax = true;
            return this;
        }

        public Builder projectorBatch(BatchSettings value) {
            projectorBatch = value;
            return this;
        }

        Builder role(Role value) {
            role = value;
            return this;
        }

        public Table build() {
            Attribute key = partitionKey;
            if (key == null) {
                throw new IllegalArgumentException("table " + name + " has no partition key; declare key(attribute)");
            }
            return new Table(
                    name,
                    key,
                    sortKey,
                    ttlAttribute,
                    appendOnly,
                    transactional,
                    stream,
                    recoveryDays,
                    maxReadUnits,
                    maxWriteUnits,
                    backup,
                    replicas,
                    dax,
                    retention,
                    projectorBatch,
                    role);
        }
    }
}
