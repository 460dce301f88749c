package com.scaleoutsystems.edge.sandbox.internal.core;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How much of the heap something takes: estimated, and rather too high, since limits on memory rely on it. */
public final class HeapSize {
    /** An object with some fields, and the entry of the collection that holds it. */
    public static final long OBJECT = 250;

    private static final long TEXT = 56;
    private static final long ELEMENT = 8;
    private static final long ENTRY = 64;

    private HeapSize() {}

    /** A part of the largest heap of this JVM: with 16, a sixteenth. */
    public static long partOfHeap(int divisor) {
        return Runtime.getRuntime().maxMemory() / divisor;
    }

    public static long of(String text) {
        return TEXT + 2L * text.length();
    }

    /** A value as JSON has it: a map, a list, a text, or something small. */
    public static long of(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            long size = TEXT;
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                size += ENTRY + of(entry.getKey()) + of(entry.getValue());
            }
            return size;
        } else if (value instanceof List<?> list) {
            long size = TEXT;
            for (Object element : list) {
                size += ELEMENT + of(element);
            }
            return size;
        }
        return value instanceof String text ? of(text) : TEXT / 2;
    }
}
