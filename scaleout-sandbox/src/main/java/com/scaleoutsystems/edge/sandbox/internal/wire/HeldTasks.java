package com.scaleoutsystems.edge.sandbox.internal.wire;

import com.scaleoutsystems.edge.proto.TaskRequest;
import com.scaleoutsystems.edge.sandbox.internal.core.NewestEntries;
import java.util.ArrayList;
import java.util.List;

/**
 * Tasks that were taken out of an answer, so that the ones after them overtake them. Of clients that come no more the newest are kept, and
 * of each client the tasks that wait the longest time.
 */
final class HeldTasks {
    static final int MOST_CLIENTS = 10_000;
    static final int MOST_OF_A_CLIENT = 100;

    private final NewestEntries<String, List<TaskRequest>> held = new NewestEntries<>(MOST_CLIENTS);

    synchronized void hold(String clientId, List<TaskRequest> tasks) {
        List<TaskRequest> all = new ArrayList<>(held.get(clientId).orElse(List.of()));
        all.addAll(tasks);
        held.put(clientId, all.subList(0, Math.min(all.size(), MOST_OF_A_CLIENT)));
    }

    /** Takes all tasks that are held for a client. */
    synchronized List<TaskRequest> release(String clientId) {
        return held.remove(clientId).orElse(List.of());
    }
}
