package dev.penstock.local.recovery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.lambdas.operations.TableSettings;
import dev.penstock.local.wire.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.dynamodb.model.ReplicaDescription;
import software.amazon.awssdk.services.lambda.model.EventSourceMappingConfiguration;

/**
 * One cut-over, as its record keeps it: all that was there before its first change, and what comes next. It is the only
 * one to know, once the old table is gone.
 *
 * @param started when it was asked for
 * @param next the step to go on with
 * @param oldTableId of the table that is replaced; {@code null}: it was gone already
 * @param backupArn of the backup that carries the items over; {@code null}: there is none yet
 * @param home the region of the table
 * @param replicas its other regions
 */
record CutoverRun(
        String table,
        String restored,
        Instant started,
        Step next,
        @Nullable String oldTableId,
        @Nullable String backupArn,
        Place home,
        List<Place> replicas) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** In this order; each can be repeated. */
    enum Step {
        DISABLE_MAPPINGS,
        BACK_UP,
        DELETE_OLD,
        RESTORE,
        COMPLETE_SETTINGS,
        ADD_REPLICAS,
        RAISE_EPOCH,
        MOVE_MAPPINGS,
        REBUILD_VIEWS,
        RENEW_COPIES,
        EMPTY_CACHES,
        DELETE_BACKUP
    }

    /**
     * What the table was in one region.
     *
     * @param replica region, key, class and limits
     * @param mappings that read its stream there
     */
    record Place(ReplicaDescription replica, TableSettings settings, List<EventSourceMappingConfiguration> mappings) {
        String region() {
            return replica.regionName();
        }

        private ObjectNode toTree() {
            ObjectNode tree = JSON.createObjectNode();
            tree.set("replica", tree(replica));
            tree.set("settings", JSON.valueToTree(settings));
            ArrayNode all = tree.putArray("mappings");
            mappings.forEach(mapping -> all.add(tree(mapping)));
            return tree;
        }

        private static Place of(JsonNode tree) throws JsonProcessingException {
            List<EventSourceMappingConfiguration> mappings = new ArrayList<>();
            tree.path("mappings")
                    .forEach(each -> mappings.add(Wire.read(each, EventSourceMappingConfiguration.builder())));
            return new Place(
                    Wire.read(tree.path("replica"), ReplicaDescription.builder()),
                    JSON.treeToValue(tree.path("settings"), TableSettings.class),
                    mappings);
        }
    }

    /** All places, the home region first. */
    List<Place> places() {
        List<Place> places = new ArrayList<>(List.of(home));
        places.addAll(replicas);
        return places;
    }

    /** The same for the same cut-over, so that a backup is found again. */
    String backupName() {
        return restored + "-cutover-"
                + started.truncatedTo(ChronoUnit.SECONDS).toString().replace(':', '-');
    }

    CutoverRun backedUp(String arn) {
        return new CutoverRun(table, restored, started, next, oldTableId, arn, home, replicas);
    }

    /** With another step to go on with. */
    CutoverRun goingOnWith(Step step) {
        return new CutoverRun(table, restored, started, step, oldTableId, backupArn, home, replicas);
    }

    boolean isHome(Place place) {
        return place.region().equals(home.region());
    }

    /** For people as much as for the next run. */
    String toJson() {
        ObjectNode tree = JSON.createObjectNode()
                .put("table", table)
                .put("restored", restored)
                .put("started", started.toString())
                .put("next", next.name())
                .put("oldTableId", oldTableId)
                .put("backupArn", backupArn);
        tree.set("home", home.toTree());
        ArrayNode others = tree.putArray("replicas");
        replicas.forEach(place -> others.add(place.toTree()));
        return tree.toPrettyString();
    }

    static CutoverRun of(String json) {
        try {
            JsonNode tree = JSON.readTree(json);
            List<Place> replicas = new ArrayList<>();
            for (JsonNode each : tree.path("replicas")) {
                replicas.add(Place.of(each));
            }
            return new CutoverRun(
                    tree.path("table").asText(),
                    tree.path("restored").asText(),
                    Instant.parse(tree.path("started").asText()),
                    Step.valueOf(tree.path("next").asText()),
                    tree.path("oldTableId").textValue(),
                    tree.path("backupArn").textValue(),
                    Place.of(tree.path("home")),
                    replicas);
        } catch (JsonProcessingException | RuntimeException e) {
            throw new IllegalStateException("the record of a cut-over can't be read: " + json, e);
        }
    }

    private static JsonNode tree(SdkPojo pojo) {
        try {
            return JSON.readTree(Wire.write(pojo));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
