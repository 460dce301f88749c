package com.scaleoutsystems.edge.sandbox.internal.core;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A map of limited size. It forgets the entry that was read or written the longest time ago. Not thread-safe. */
public final class NewestEntries<K, V> {
    private final int most;
    private final Map<K, V> entries = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * Holds nothing yet.
     *
     * @param most how many entries
     */
    public NewestEntries(int most) {
        this.most = most;
    }

    public void put(K key, V value) {
        entries.put(key, value);
        if (entries.size() > most) {
            entries.remove(entries.keySet().iterator().next());
        }
    }

    public Optional<V> get(K key) {
        return Optional.ofNullable(entries.get(key));
    }

    public Optional<V> remove(K key) {
        return Optional.ofNullable(entries.remove(key));
    }
}
