package dev.penstock.local.dax;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Weigher;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * A cache bounded by bytes whose entries live for a fixed time on an injected clock. Which entry leaves a full cache is
 * Caffeine's choice, by recency and frequency. Threadsafe.
 */
final class ExpiringCache<K, V> {
    private record Entry<V>(V value, long expiresAt) {}

    private final Cache<K, Entry<V>> cache;
    private final InstantSource clock;
    private final long lifetimeMillis;

    /**
     * @param lifetime zero: entries don't expire
     * @param weigher bytes of key and value with all that an entry costs besides its content
     */
    ExpiringCache(
            long maximumBytes, Duration lifetime, InstantSource clock, Weigher<K, V> weigher, DaxMetrics metrics) {
        this.clock = clock;
        this.lifetimeMillis = lifetime.toMillis();
        this.cache = Caffeine.newBuilder()
                .maximumWeight(maximumBytes)
                .weigher((K key, Entry<V> entry) -> weigher.weigh(key, entry.value()))
                .evictionListener((key, entry, cause) -> {
                    if (key != null && entry != null) {
                        metrics.evicted(weigher.weigh(key, entry.value()));
                    }
                })
                .executor(Runnable::run)
                .build();
    }

    @Nullable
    V find(K key) {
        Entry<V> entry = cache.getIfPresent(key);
        if (entry == null) {
            return null;
        }
        if (clock.millis() >= entry.expiresAt()) {
            cache.asMap().remove(key, entry);
            return null;
        }
        return entry.value();
    }

    void put(K key, V value) {
        cache.put(key, new Entry<>(value, lifetimeMillis == 0 ? Long.MAX_VALUE : clock.millis() + lifetimeMillis));
    }

    void remove(K key) {
        cache.invalidate(key);
    }

    void clear() {
        cache.invalidateAll();
    }

    /** Bytes held now, by the same measure as the bound. */
    long size() {
        cache.cleanUp();
        return cache.policy().eviction().orElseThrow().weightedSize().orElse(0);
    }
}
