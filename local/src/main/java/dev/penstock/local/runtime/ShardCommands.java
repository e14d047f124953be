package dev.penstock.local.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.local.console.ControlService;
import dev.penstock.local.store.RegionStore;
import dev.penstock.local.streams.ShardReader;
import dev.penstock.local.streams.StreamDirectory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The control endpoint by which the shards of a stream are split and merged. */
final class ShardCommands {
    private ShardCommands() {}

    /**
     * Shards of the stream of a table in the home region. {@code GET shards/TABLE} lists them; {@code POST shards/TABLE}
     * with {@code {"split": "SHARD"}}, {@code {"merge": ["SHARD", "SHARD"]}} or {@code {"recordsPerHour": N}}, above
     * which any shard of the region is split.
     */
    static void add(ControlService control, RegionStore store) {
        control.on("GET", "shards", (table, body) -> shards(store, table)).on("POST", "shards", (table, body) -> {
            String stream = stream(store, table);
            JsonNode merge = body.path("merge");
            if (body.has("recordsPerHour")) {
                store.reshardAbove(body.path("recordsPerHour").asLong());
            }
            if (body.has("split")) {
                store.splitShard(stream, body.path("split").asText());
            }
            if (merge.isArray()) {
                store.mergeShards(stream, merge.path(0).asText(), merge.path(1).asText());
            }
            return shards(store, table);
        });
    }

    private static List<Map<String, @Nullable Object>> shards(RegionStore store, String table) {
        List<Map<String, @Nullable Object>> shown = new ArrayList<>();
        for (ShardReader.Shard shard : store.streams().shards(stream(store, table))) {
            Map<String, @Nullable Object> one = new HashMap<>();
            one.put("shardId", shard.shardId());
            one.put("parentShardId", shard.parentShardId());
            one.put("adjacentParentShardId", shard.adjacentParentShardId());
            one.put("open", !shard.isClosed());
            shown.add(one);
        }
        return shown;
    }

    private static String stream(RegionStore store, String table) {
        return store.streams().streams().stream()
                .filter(stream -> stream.tableName().equals(table))
                .map(StreamDirectory.Stream::arn)
                .reduce((older, newer) -> newer)
                .orElseThrow(() -> new IllegalArgumentException("no table with a stream; given: '" + table + "'"));
    }
}
