package com.scaleoutsystems.edge.sandbox.internal.wire;

import com.scaleoutsystems.edge.proto.TaskRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Tasks that were taken out of an answer, so that the ones after them overtake them. */
final class HeldTasks {
    private final Map<String, List<TaskRequest>> held = new HashMap<>();

    synchronized void hold(String clientId, List<TaskRequest> tasks) {
        held.computeIfAbsent(clientId, id -> new ArrayList<>()).addAll(tasks);
    }

    /** Takes all tasks that are held for a client. */
    synchronized List<TaskRequest> release(String clientId) {
        List<TaskRequest> released = held.remove(clientId);
        return released == null ? List.of() : released;
    }
}
