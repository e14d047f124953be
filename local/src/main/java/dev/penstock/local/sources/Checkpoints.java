package dev.penstock.local.sources;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers checkpoints. Losing the latest ones repeats records, which at-least-once delivery allows; making one up
 * would lose records. Threadsafe.
 */
public interface Checkpoints {
    /** The last checkpoint saved, if any. */
    Optional<Checkpoint> load(String mappingUuid, String shardId);

    void save(String mappingUuid, String shardId, Checkpoint checkpoint);

    /** Forgets all checkpoints of a mapping. */
    void delete(String mappingUuid);

    /** Checkpoints that end with the process. */
    static Checkpoints inMemory() {
        Map<String, Map<String, Checkpoint>> saved = new ConcurrentHashMap<>();
        return new Checkpoints() {
            @Override
            public Optional<Checkpoint> load(String mappingUuid, String shardId) {
                return Optional.ofNullable(
                        saved.getOrDefault(mappingUuid, Map.of()).get(shardId));
            }

            @Override
            public void save(String mappingUuid, String shardId, Checkpoint checkpoint) {
                saved.computeIfAbsent(mappingUuid, uuid -> new ConcurrentHashMap<>())
                        .put(shardId, checkpoint);
            }

            @Override
            public void delete(String mappingUuid) {
                saved.remove(mappingUuid);
            }
        };
    }
}
