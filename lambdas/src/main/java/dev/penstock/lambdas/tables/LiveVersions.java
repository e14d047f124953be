package dev.penstock.lambdas.tables;

import dev.penstock.lambdas.catalog.Catalog;
import dev.penstock.lambdas.catalog.Effect;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Which version of a view or an aggregate readers are to use: the lowest declared one until another is switched to. The
 * row of the source in table Epochs holds the switch. Threadsafe.
 */
public final class LiveVersions {
    /** How long a reader may go on with the version before. */
    public static final Duration AGE = Duration.ofMinutes(1);

    private static final String PREFIX = "live ";

    private final DynamoDbClient client;
    private final TableNames names;
    private final Catalog catalog;
    private final InstantSource clock;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    private record Known(int version, Instant until) {}

    public LiveVersions(DynamoDbClient client, TableNames names, Catalog catalog, InstantSource clock) {
        this.client = client;
        this.names = names;
        this.catalog = catalog;
        this.clock = clock;
    }

    /**
     * The physical table to read.
     *
     * @param effect name of a view or an aggregate, without version
     * @throws IllegalArgumentException when there is none of that name
     */
    public String table(String effect) {
        Instant now = clock.instant();
        Known version = known.get(effect);
        if (version == null || !version.until().isAfter(now)) {
            version = new Known(live(effect), now.plus(AGE));
            known.put(effect, version);
        }
        return names.physical(declared(effect, version.version()).tableName());
    }

    /** The live version as it is now. */
    public int live(String effect) {
        List<Effect> declared = declared(effect);
        AttributeValue live = client.getItem(request -> request.tableName(names.physical(Catalog.EPOCHS))
                        .key(key(declared.getFirst().source()))
                        .consistentRead(true))
                .item()
                .get(PREFIX + effect);
        return live == null
                ? declared.stream().mapToInt(Effect::version).min().orElseThrow()
                : Integer.parseInt(live.n());
    }

    /**
     * Makes a version the live one, or goes back to an older one.
     *
     * @throws IllegalArgumentException when that version is not declared
     */
    public void switchTo(String effect, int version) {
        Effect declared = declared(effect, version);
        client.updateItem(request -> request.tableName(names.physical(Catalog.EPOCHS))
                .key(key(declared.source()))
                .updateExpression("SET #l = :v")
                .expressionAttributeNames(Map.of("#l", PREFIX + effect))
                .expressionAttributeValues(Map.of(":v", AttributeValue.fromN(Integer.toString(version)))));
        known.remove(effect);
    }

    /** All declared versions of a view or an aggregate. */
    public List<Effect> declared(String effect) {
        List<Effect> declared = catalog.effects().stream()
                .filter(each -> each.name().equals(effect))
                .toList();
        if (declared.isEmpty()) {
            throw new IllegalArgumentException("no view or aggregate " + effect + "; there are "
                    + catalog.effects().stream().map(Effect::name).distinct().toList());
        }
        return declared;
    }

    /**
     * One version.
     *
     * @throws IllegalArgumentException when it is not declared
     */
    public Effect declared(String effect, int version) {
        List<Effect> declared = declared(effect);
        return declared.stream()
                .filter(each -> each.version() == version)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("version " + version + " of " + effect
                        + " is not declared; there are "
                        + declared.stream().map(Effect::version).toList()));
    }

    private static Map<String, AttributeValue> key(String source) {
        return Map.of("source", AttributeValue.fromS(source));
    }
}
