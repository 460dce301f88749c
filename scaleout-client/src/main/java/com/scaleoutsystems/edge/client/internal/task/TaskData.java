package com.scaleoutsystems.edge.client.internal.task;

import com.scaleoutsystems.edge.EdgeException;
import com.scaleoutsystems.edge.ErrorCode;
import com.scaleoutsystems.edge.client.internal.check.Json;
import com.scaleoutsystems.edge.client.task.TaskRequest;
import com.scaleoutsystems.edge.internal.OwnValues;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the JSON that comes with tasks. */
final class TaskData {

    private TaskData() {}

    /**
     * An object inside a task's data; empty if there is none.
     *
     * @throws EdgeException INVALID_ARGUMENT if the data is no JSON object, or the key holds something else
     */
    static Map<String, Object> object(TaskRequest request, String key) {
        Object value = Json.readObject("the task's data", request.data()).get(key);
        if (value == null) {
            return Map.of();
        }
        if (value instanceof Map<?, ?> map) {
            return copy(map);
        }
        throw new EdgeException(
                ErrorCode.INVALID_ARGUMENT, "the task's " + key + " is " + value + "; expected a JSON object");
    }

    /**
     * A task's whole data.
     *
     * @throws EdgeException INVALID_ARGUMENT if they are no JSON object
     */
    static Map<String, Object> whole(TaskRequest request) {
        return copy(Json.readObject("the task's data", request.data()));
    }

    private static Map<String, Object> copy(Map<?, ?> map) {
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((name, entry) -> putIfPresent(copy, String.valueOf(name), entry));
        return OwnValues.copyOf(copy);
    }

    private static void putIfPresent(Map<String, Object> map, String key, @Nullable Object value) {
        if (value != null) {
            map.put(key, value);
        }
    }
}
