package com.scaleoutsystems.edge.client.internal.task;

import java.util.LinkedHashSet;
import java.util.Set;

/** The ids of the last model updates. An id stands for one update only. From any thread. */
final class UpdateIds {

    private static final int REMEMBERED = 1_000;

    private final Set<String> claimed = new LinkedHashSet<>();

    /** Takes an id for an update; false if another update has it. */
    synchronized boolean claim(String modelId) {
        if (claimed.size() >= REMEMBERED) {
            claimed.remove(claimed.iterator().next());
        }
        return claimed.add(modelId);
    }
}
