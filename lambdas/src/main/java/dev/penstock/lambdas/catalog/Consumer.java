package dev.penstock.lambdas.catalog;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A function that reads a table's stream through one event source mapping.
 *
 * @param handler class with a public no-argument constructor that implements the Lambda request handler interface
 * @param filters event patterns, OR-ed, at most 5; empty = every record
 * @param access what it needs beside the stream; always {@link Access.Diverts}
 */
public record Consumer(
        String name,
        String source,
        Class<?> handler,
        List<String> filters,
        BatchSettings batch,
        List<Access> access,
        Activity activity) {

    /** In which regions of a global table it runs. */
    public enum Activity {
        EVERY_REGION,
        /** Only in the active one: what must happen once in all, such as a mail. */
        ACTIVE_REGION
    }

    /** Only new items. */
    public static final String INSERTS = "{\"eventName\":[\"INSERT\"]}";

    /** Only deletes by TTL, told by who made them; see "Archiving TTL items" of the DynamoDB developer guide. */
    public static final String EXPIRIES = "{\"eventName\":[\"REMOVE\"],\"userIdentity\":{\"type\":[\"Service\"],"
            + "\"principalId\":[\"dynamodb.amazonaws.com\"]}}";

    public Consumer {
        Rule.name("consumer name", name);
        Rule.range("filters of consumer " + name, filters.size(), 0, 5);
        filters = List.copyOf(filters);
        access = Stream.concat(access.stream(), Stream.of(new Access.Diverts()))
                .distinct()
                .toList();
    }

    /** A consumer that writes mails to the people whom new items name; once in all regions. */
    public static Consumer mail(String name, String source, Class<?> handler) {
        return new Consumer(
                name,
                source,
                handler,
                List.of(INSERTS),
                BatchSettings.MAIL,
                List.of(new Access.SendsMail(), new Access.Writes(claimsName(name))),
                Activity.ACTIVE_REGION);
    }

    /** A consumer that archives the expired items of a table with retention. */
    public static Consumer archive(String name, Table source, Class<?> handler) {
        Table.Retention retention = source.retention();
        if (retention == null) {
            throw new IllegalArgumentException("consumer " + name + " archives table " + source.name()
                    + ", which has no retention; declare archive(prefix, days) there");
        }
        return new Consumer(
                name,
                source.name(),
                handler,
                List.of(EXPIRIES),
                BatchSettings.ARCHIVE,
                List.of(new Access.Archives(retention.archivePrefix())),
                Activity.EVERY_REGION);
    }

    public boolean sendsMail() {
        return access.contains(new Access.SendsMail());
    }

    /** What it keeps in another region or account, if it is a replicator. */
    public Optional<Replication> replication() {
        return access.stream()
                .flatMap(each -> each instanceof Access.Replicates(Replication replication)
                        ? Stream.of(replication)
                        : Stream.<Replication>of())
                .findFirst();
    }

    public boolean archives() {
        return access.stream().anyMatch(Access.Archives.class::isInstance);
    }

    /** Logical name of the table of claims of a mail consumer. */
    public static String claimsName(String consumer) {
        return consumer + "Claims";
    }
}
