package dev.penstock.lambdas.projector;

import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.stream.Guard;
import dev.penstock.lambdas.stream.StreamRecords;
import dev.penstock.lambdas.tables.TableNames;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/**
 * The epoch of each source, kept in one place: 1, raised whenever its changes begin to come from another table or
 * region, whose sequence numbers don't compare with the ones before. It begins with a stream. What the streams before it
 * told, however late it comes, is no change of the items that are there now, and is passed over. Threadsafe.
 */
public final class Epochs {
    private static final String EPOCH = "epoch";
    private static final String SINCE = "since";

    private final DynamoDbClient client;
    private final TableNames names;
    private final Map<String, Epoch> known = new ConcurrentHashMap<>();
    private final Map<String, Set<String>> met = new ConcurrentHashMap<>();

    public Epochs(DynamoDbClient client, TableNames names) {
        this.client = client;
        this.names = names;
    }

    /**
     * @param since the stream that it began with, as {@code REGION/ACCOUNT/LABEL}; empty in the first one
     */
    private record Epoch(int number, String since) {
        /** Labels are times, so those of one region compare; a table's next stream is of the same epoch. */
        boolean covers(String stream) {
            return since.isEmpty() || (origin(since).equals(origin(stream)) && stream.compareTo(since) >= 0);
        }

        private static String origin(String stream) {
            return stream.substring(0, stream.lastIndexOf('/'));
        }
    }

    /** The epoch as this process knows it; read on first use. */
    public int of(String source) {
        return epoch(source).number();
    }

    /** The epoch as the table has it now. */
    public int refresh(String source) {
        return learn(
                source,
                client.getItem(request -> request.tableName(names.physical(Catalog.EPOCHS))
                                .key(Declarations.key(source))
                                .consistentRead(true))
                        .item());
    }

    /** Takes the epoch from the source's row, as someone has just read it; no attributes when there is no row. */
    int learn(String source, Map<String, AttributeValue> row) {
        AttributeValue number = row.get(EPOCH);
        AttributeValue since = row.get(SINCE);
        Epoch epoch = new Epoch(
                number == null ? 1 : Integer.parseInt(number.n()), since == null || since.s() == null ? "" : since.s());
        known.put(source, epoch);
        return epoch.number();
    }

    /**
     * Whether a stream's changes belong to the present epoch. An epoch is raised before its stream is read, so one look
     * at the table for each stream that this process meets is enough, for changes that come from the stream itself.
     *
     * @param stream as {@link dev.penstock.lambdas.stream.ItemChange#stream} names it
     */
    public boolean covers(String source, String stream) {
        Set<String> streams = met.computeIfAbsent(source, ignored -> ConcurrentHashMap.newKeySet());
        Epoch before = epoch(source);
        if (streams.contains(stream) || streams.isEmpty()) {
            streams.add(stream);
            return before.covers(stream);
        }
        refresh(source);
        streams.add(stream);
        return epoch(source).covers(stream);
    }

    /** The guard in the present epoch, looked up anew; as it was when its stream was of an epoch before. */
    Guard renewed(String source, Guard guard) {
        int now = refresh(source);
        Epoch epoch = epoch(source);
        boolean ended = met.getOrDefault(source, Set.of()).stream()
                .anyMatch(stream -> stream.endsWith("/" + guard.label()) && !epoch.covers(stream));
        return ended ? guard : guard.withEpoch(now);
    }

    /**
     * Begins a new epoch, unless this stream has begun one already: what it tells from now on is later than all before,
     * and the streams before it tell nothing any more. Whoever raises it lets the stream be read only afterwards, and
     * then rebuilds views and aggregates. A stream that had its turn in an earlier epoch must be switched off and on
     * before it gets another.
     *
     * @param streamArn of the stream that tells of the items from now on
     */
    public int raise(String source, String streamArn) {
        String stream = StreamRecords.stream(streamArn);
        try {
            client.updateItem(request -> request.tableName(names.physical(Catalog.EPOCHS))
                    .key(Declarations.key(source))
                    .updateExpression("SET #e = if_not_exists(#e, :one) + :one, #s = :s")
                    .conditionExpression("attribute_not_exists(#s) OR #s <> :s")
                    .expressionAttributeNames(Map.of("#e", EPOCH, "#s", SINCE))
                    .expressionAttributeValues(
                            Map.of(":one", AttributeValue.fromN("1"), ":s", AttributeValue.fromS(stream))));
        } catch (ConditionalCheckFailedException begunAlready) {
            return refresh(source);
        }
        return refresh(source);
    }

    private Epoch epoch(String source) {
        Epoch epoch = known.get(source);
        if (epoch == null) {
            refresh(source);
            return epoch(source);
        }
        return epoch;
    }
}
