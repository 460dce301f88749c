package com.scaleoutsystems.edge.sandbox.internal.core;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * The newest of many things, within a limit on their number and one on their size. What does not fit into the limits is forgotten, oldest
 * first; what is larger than the limit is forgotten at once. Not thread-safe.
 */
public final class Newest<T> {
    private final int most;
    private final long mostBytes;
    private final Consumer<? super T> forgotten;
    private final Deque<Held<T>> held = new ArrayDeque<>();
    private long bytes;

    /**
     * Holds nothing yet.
     *
     * @param most how many
     * @param mostBytes how many bytes of the heap
     * @param forgotten hears of each thing that is forgotten, before the next one is
     */
    public Newest(int most, long mostBytes, Consumer<? super T> forgotten) {
        this.most = most;
        this.mostBytes = mostBytes;
        this.forgotten = forgotten;
    }

    private record Held<T>(T value, long bytes) {}

    public void add(T value, long size) {
        held.add(new Held<>(value, size));
        bytes += size;
        while (held.size() > most || bytes > mostBytes) {
            Held<T> oldest = held.remove();
            bytes -= oldest.bytes;
            forgotten.accept(oldest.value);
        }
    }

    /** The oldest first. */
    public List<T> all() {
        return held.stream().map(Held::value).toList();
    }

    public void clear() {
        held.clear();
        bytes = 0;
    }
}
